#include <hyperlane/http/media_types.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace hyperlane {

namespace {

struct Row {
    std::string_view extension;
    std::string_view media_type;
};

constexpr auto table = std::to_array<Row>({
    {"3gp", "video/3gpp"},
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"ai", "application/postscript"},
    {"apk", "application/vnd.android.package-archive"},
    {"apng", "image/apng"},
    {"asc", "application/pgp-signature"},
    {"atom", "application/atom+xml"},
    {"avi", "video/x-msvideo"},
    {"avif", mime::image_avif},
    {"azw", "application/vnd.amazon.ebook"},
    {"bin", mime::application_octet_stream},
    {"bmp", "image/bmp"},
    {"bz2", "application/x-bzip2"},
    {"cjs", mime::text_javascript},
    {"conf", mime::text_plain},
    {"crt", "application/x-x509-ca-cert"},
    {"css", mime::text_css},
    {"csv", mime::text_csv},
    {"db", "application/vnd.sqlite3"},
    {"deb", mime::application_octet_stream},
    {"der", "application/x-x509-ca-cert"},
    {"dll", mime::application_octet_stream},
    {"dmg", mime::application_octet_stream},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eot", "application/vnd.ms-fontobject"},
    {"eps", "application/postscript"},
    {"epub", "application/epub+zip"},
    {"exe", mime::application_octet_stream},
    {"flac", "audio/flac"},
    {"geojson", "application/geo+json"},
    {"gif", mime::image_gif},
    {"glb", "model/gltf-binary"},
    {"gltf", "model/gltf+json"},
    {"gpx", "application/gpx+xml"},
    {"graphql", "application/graphql"},
    {"gz", mime::application_gzip},
    {"heic", "image/heic"},
    {"heif", "image/heif"},
    {"htm", mime::text_html},
    {"html", mime::text_html},
    {"ico", mime::image_icon},
    {"ics", "text/calendar; charset=utf-8"},
    {"img", mime::application_octet_stream},
    {"ini", mime::text_plain},
    {"iso", mime::application_octet_stream},
    {"jar", "application/java-archive"},
    {"jfif", mime::image_jpeg},
    {"jpeg", mime::image_jpeg},
    {"jpg", mime::image_jpeg},
    {"js", mime::text_javascript},
    {"json", mime::application_json},
    {"jsonl", mime::application_ndjson},
    {"jsonld", mime::application_ld_json},
    {"jxl", "image/jxl"},
    {"kml", "application/vnd.google-earth.kml+xml"},
    {"log", mime::text_plain},
    {"m2ts", "video/mp2t"},
    {"m3u", "audio/mpegurl"},
    {"m3u8", "application/vnd.apple.mpegurl"},
    {"m4a", "audio/mp4"},
    {"m4v", mime::video_mp4},
    {"map", mime::application_json},
    {"markdown", mime::text_markdown},
    {"md", mime::text_markdown},
    {"mid", "audio/midi"},
    {"midi", "audio/midi"},
    {"mjs", mime::text_javascript},
    {"mkv", "video/x-matroska"},
    {"mov", "video/quicktime"},
    {"mp3", mime::audio_mpeg},
    {"mp4", mime::video_mp4},
    {"mpd", "application/dash+xml"},
    {"mpeg", "video/mpeg"},
    {"mpg", "video/mpeg"},
    {"msi", mime::application_octet_stream},
    {"ndjson", mime::application_ndjson},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"osdx", "application/opensearchdescription+xml"},
    {"otf", "font/otf"},
    {"parquet", "application/vnd.apache.parquet"},
    {"pdf", mime::application_pdf},
    {"pem", "application/x-pem-file"},
    {"png", mime::image_png},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"ps", "application/postscript"},
    {"psd", "image/vnd.adobe.photoshop"},
    {"qt", "video/quicktime"},
    {"rar", "application/vnd.rar"},
    {"rss", "application/rss+xml"},
    {"rtf", "application/rtf"},
    {"rtx", "text/richtext"},
    {"sh", "application/x-sh"},
    {"sig", "application/pgp-signature"},
    {"sql", "application/sql"},
    {"sqlite", "application/vnd.sqlite3"},
    {"stl", "model/stl"},
    {"svg", mime::image_svg},
    {"tar", "application/x-tar"},
    {"text", mime::text_plain},
    {"tgz", mime::application_gzip},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"toml", "application/toml"},
    {"torrent", "application/x-bittorrent"},
    {"tsv", "text/tab-separated-values; charset=utf-8"},
    {"ttc", "font/collection"},
    {"ttf", "font/ttf"},
    {"txt", mime::text_plain},
    {"vcf", "text/vcard; charset=utf-8"},
    {"vtt", "text/vtt; charset=utf-8"},
    {"wasm", mime::application_wasm},
    {"wav", "audio/wav"},
    {"weba", "audio/webm"},
    {"webm", mime::video_webm},
    {"webmanifest", mime::application_manifest_json},
    {"webp", mime::image_webp},
    {"woff", "font/woff"},
    {"woff2", mime::font_woff2},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", mime::application_xml},
    {"xsd", mime::application_xml},
    {"xsl", mime::application_xml},
    {"xz", "application/x-xz"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"zip", mime::application_zip},
    {"zst", "application/zstd"},
});

static_assert(std::ranges::is_sorted(table, {}, &Row::extension));

constexpr std::size_t max_extension_bytes =
    std::ranges::max(table, {}, [](const Row& row) { return row.extension.size(); }).extension.size();

}  // namespace

std::string_view media_type_for_extension(std::string_view path) noexcept {
    const std::size_t mark = path.find_last_of("./");
    if (mark == std::string_view::npos || path[mark] == '/') return mime::application_octet_stream;
    const std::string_view extension = path.substr(mark + 1);
    if (extension.size() > max_extension_bytes) return mime::application_octet_stream;
    std::array<char, max_extension_bytes> lower{};
    std::ranges::transform(extension, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    const std::string_view wanted(lower.data(), extension.size());
    const auto* const row = std::ranges::lower_bound(table, wanted, {}, &Row::extension);
    return row != table.end() && row->extension == wanted ? row->media_type : mime::application_octet_stream;
}

}  // namespace hyperlane
