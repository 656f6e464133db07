#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/media_types.hpp>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

TEST(MediaTypes, GoByTheExtension) {
    EXPECT_EQ(media_type_for_extension("index.html"), mime::text_html);
    EXPECT_EQ(media_type_for_extension("/a.b/INDEX.HTML"), mime::text_html);
    EXPECT_EQ(media_type_for_extension("app.min.js"), mime::text_javascript);
    EXPECT_EQ(media_type_for_extension("x.7z"), "application/x-7z-compressed");
    EXPECT_EQ(media_type_for_extension("x.zst"), "application/zstd");
    EXPECT_EQ(media_type_for_extension("x.webmanifest"), mime::application_manifest_json);
    for (const std::string_view unknown :
         {"", "html", "/a.html/b", "x.", "x.unknown", "x.averyveryverylongextension", ".", "x.htmlx", "x.htm\xc3"}) {
        EXPECT_EQ(media_type_for_extension(unknown), mime::application_octet_stream) << unknown;
    }
}

TEST(FieldNames, AreSpelledAsRegistered) {
    EXPECT_EQ(std::string_view(header::content_type), "Content-Type");
    EXPECT_EQ(std::string_view(header::etag), "ETag");
    EXPECT_EQ(std::string_view(header::www_authenticate), "WWW-Authenticate");
    EXPECT_EQ(std::string_view(header::access_control_allow_origin), "Access-Control-Allow-Origin");
    EXPECT_EQ(std::string_view(header::any), "*");
}

}  // namespace
}  // namespace hyperlane
