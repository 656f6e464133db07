#include <hyperlane/http/status.hpp>

#include <string>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

TEST(Status, KnowsTheRegisteredReasons_Rfc9110_15) {
    EXPECT_EQ(reason_phrase(100), "Continue");
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(413), "Content Too Large");
    EXPECT_EQ(reason_phrase(422), "Unprocessable Content");
    EXPECT_EQ(reason_phrase(511), "Network Authentication Required");
    for (const int unknown : {-1, 0, 99, 209, 306, 418, 499, 512, 600, 1000})
        EXPECT_EQ(reason_phrase(unknown), "") << unknown;
}

TEST(Status, EveryLineNamesItsOwnStatus) {
    int known = 0;
    for (int status = 100; status < 600; ++status) {
        const std::string_view line = http::status_line(status);
        if (line.empty()) continue;
        ++known;
        EXPECT_EQ(line, "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_phrase(status)) + "\r\n");
    }
    EXPECT_EQ(known, 61);
}

TEST(Status, KnowsWhichForbidABody_Rfc9112_6_3) {
    for (const int status : {100, 101, 199, 204, 304}) EXPECT_TRUE(http::status_forbids_body(status)) << status;
    for (const int status : {200, 205, 206, 301, 404, 500}) EXPECT_FALSE(http::status_forbids_body(status)) << status;
    EXPECT_TRUE(http::status_forbids_content_length(204));
    EXPECT_FALSE(http::status_forbids_content_length(304));
}

}  // namespace
}  // namespace hyperlane
