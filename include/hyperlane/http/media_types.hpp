#pragma once

/// Media types, as constants and by file extension.

#include <hyperlane/http/field_text.hpp>

#include <string_view>

namespace hyperlane {

/// Text types carry their charset, because a recipient may otherwise guess (RFC 9110 8.3.2).
namespace mime {

inline constexpr FieldText text_plain("text/plain; charset=utf-8");
inline constexpr FieldText text_html("text/html; charset=utf-8");
inline constexpr FieldText text_css("text/css; charset=utf-8");
inline constexpr FieldText text_csv("text/csv; charset=utf-8");
inline constexpr FieldText text_javascript("text/javascript; charset=utf-8");
inline constexpr FieldText text_markdown("text/markdown; charset=utf-8");
inline constexpr FieldText text_xml("text/xml; charset=utf-8");
/// Always UTF-8, so it needs no charset (WHATWG HTML 9.2).
inline constexpr FieldText text_event_stream("text/event-stream");
inline constexpr FieldText application_json("application/json");
inline constexpr FieldText application_ndjson("application/x-ndjson");
inline constexpr FieldText application_problem_json("application/problem+json");
inline constexpr FieldText application_ld_json("application/ld+json");
inline constexpr FieldText application_xml("application/xml");
inline constexpr FieldText application_form_urlencoded("application/x-www-form-urlencoded");
inline constexpr FieldText application_octet_stream("application/octet-stream");
inline constexpr FieldText application_pdf("application/pdf");
inline constexpr FieldText application_wasm("application/wasm");
inline constexpr FieldText application_zip("application/zip");
inline constexpr FieldText application_gzip("application/gzip");
inline constexpr FieldText application_manifest_json("application/manifest+json");
inline constexpr FieldText multipart_form_data("multipart/form-data");
inline constexpr FieldText multipart_byteranges("multipart/byteranges");
inline constexpr FieldText image_avif("image/avif");
inline constexpr FieldText image_gif("image/gif");
inline constexpr FieldText image_jpeg("image/jpeg");
inline constexpr FieldText image_png("image/png");
inline constexpr FieldText image_svg("image/svg+xml");
inline constexpr FieldText image_webp("image/webp");
inline constexpr FieldText image_icon("image/vnd.microsoft.icon");
inline constexpr FieldText audio_mpeg("audio/mpeg");
inline constexpr FieldText video_mp4("video/mp4");
inline constexpr FieldText video_webm("video/webm");
inline constexpr FieldText font_woff2("font/woff2");

}  // namespace mime

/// The media type of a file by the extension of its name, in any case; application/octet-stream if it is not known.
///
/// in       a path or a name: what follows the last "." of what follows the last "/"
[[nodiscard]] std::string_view media_type_for_extension(std::string_view path) noexcept;

}  // namespace hyperlane
