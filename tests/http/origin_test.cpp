#include <hyperlane/http/origin.hpp>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

TEST(Origin, IsSchemeHostAndPort_Rfc6454_7_1) {
    const auto origin = parse_origin("https://App.example:8443");
    ASSERT_TRUE(origin);
    EXPECT_EQ(origin->scheme, "https");
    EXPECT_EQ(origin->host, "App.example");
    EXPECT_EQ(origin->port, 8443);
    EXPECT_EQ(parse_origin("http://a")->port, 80);
    EXPECT_EQ(parse_origin("https://[::1]")->host, "[::1]");
    EXPECT_EQ(parse_origin("https://[::1]")->port, 443);
    EXPECT_EQ(parse_origin("https://[::1]:9")->port, 9);
    EXPECT_EQ(parse_origin("capacitor://localhost")->port, std::nullopt);
    for (const char* none : {"",
                             "null",
                             "app.example",
                             "://a",
                             "https://",
                             "https://a/",
                             "https://a?b",
                             "https://a#b",
                             "https://u@a",
                             "https://*.a",
                             "https://a,b",
                             "https://a b",
                             "https://a:",
                             "https://a:x",
                             "https://a:65536",
                             "https://a:-1",
                             "https://a:80:80",
                             "https://:80",
                             "https://[::1",
                             "https://[]",
                             "https://[g]",
                             "1s://a",
                             "h_t://a",
                             "https://a%2e",
                             "https://\xc3\xa4",
                             "https://a\n",
                             "https://[::1]x"}) {
        EXPECT_FALSE(parse_origin(none)) << none;
        EXPECT_TRUE(mistake_in_origin(none).contains("is not an origin: write it like \"https://")) << none;
    }
    EXPECT_EQ(mistake_in_origin("https://a"), "");
}

TEST(Origin, IsWrittenAsBrowsersDo_Rfc6454_6_2) {
    EXPECT_EQ(write_origin(*parse_origin("HTTPS://App.Example:443")), "https://app.example");
    EXPECT_EQ(write_origin(*parse_origin("http://[::1]:80")), "http://[::1]");
    EXPECT_EQ(write_origin(*parse_origin("http://a:443")), "http://a:443");
    EXPECT_EQ(write_origin(*parse_origin("capacitor://localhost")), "capacitor://localhost");
    EXPECT_EQ(write_origin(*parse_origin("app://x:1")), "app://x:1");
}

TEST(Origin, IsTheSameWhateverItsCaseAndDefaultPort_Rfc6454_5) {
    EXPECT_TRUE(is_same_origin("https://a.example", "https://a.example"));
    EXPECT_TRUE(is_same_origin("https://A.example", "HTTPS://a.example:443"));
    EXPECT_TRUE(is_same_origin("app://x", "app://x"));
    EXPECT_FALSE(is_same_origin("https://a.example", "http://a.example"));
    EXPECT_FALSE(is_same_origin("https://a.example", "https://a.example:8443"));
    EXPECT_FALSE(is_same_origin("http://a:443", "https://a"));
    EXPECT_FALSE(is_same_origin("https://a.example", "https://b.a.example"));
    EXPECT_FALSE(is_same_origin("https://a.example", "https://a.example."));
    EXPECT_FALSE(is_same_origin("null", "null")) << "two pages without an origin have nothing in common";
    EXPECT_FALSE(is_same_origin("", ""));
}

TEST(Origin, BelongsToTheHostThatWasAsked_Rfc9110_7_2) {
    EXPECT_TRUE(is_origin_of_host("http://a.example", "a.example"));
    EXPECT_TRUE(is_origin_of_host("https://A.example", "a.EXAMPLE"));
    EXPECT_TRUE(is_origin_of_host("http://a.example:80", "a.example"));
    EXPECT_TRUE(is_origin_of_host("https://a.example", "a.example:443"));
    EXPECT_TRUE(is_origin_of_host("https://a.example", "a.example:"));
    EXPECT_TRUE(is_origin_of_host("http://localhost:8080", "localhost:8080"));
    EXPECT_TRUE(is_origin_of_host("http://[::1]:8080", "[::1]:8080"));
    EXPECT_FALSE(is_origin_of_host("http://a.example:8080", "a.example"));
    EXPECT_FALSE(is_origin_of_host("http://a.example", "a.example:443"));
    EXPECT_FALSE(is_origin_of_host("http://b.example", "a.example"));
    EXPECT_FALSE(is_origin_of_host("http://a.example.evil.example", "a.example"));
    EXPECT_FALSE(is_origin_of_host("http://a.example@evil.example", "evil.example"));
    EXPECT_FALSE(is_origin_of_host("null", "null"));
    EXPECT_FALSE(is_origin_of_host("", ""));
    EXPECT_FALSE(is_origin_of_host("http://", ""));
}

}  // namespace
}  // namespace hyperlane::http
