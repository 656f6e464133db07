#include <hyperlane/http/cookie.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

std::string pairs_of(std::string_view field) {
    std::string out;
    for (http::CookieReader reader(field); const auto pair = reader.next();) {
        out += std::string(pair->name) + "=" + std::string(pair->value) + "|";
    }
    return out;
}

std::string written(const Cookie& cookie) {
    Arena arena;
    const auto result = http::write_set_cookie(cookie, arena);
    return result.has_value() ? std::string(*result) : "error: " + result.error().message;
}

TEST(CookieField, IsReadLeniently_Rfc6265_5_4) {
    EXPECT_EQ(pairs_of("a=1; b=2"), "a=1|b=2|");
    EXPECT_EQ(pairs_of("a=1;b=2;"), "a=1|b=2|");
    EXPECT_EQ(pairs_of(" a = 1 ;  b= x y "), "a=1|b=x y|");
    EXPECT_EQ(pairs_of("a=\"q\"; b={\"j\":1,2}; c=d=e; f="), "a=\"q\"|b={\"j\":1,2}|c=d=e|f=|");
    EXPECT_EQ(pairs_of("bad; =x; a b=c; ;; ok=1"), "ok=1|");
    EXPECT_EQ(pairs_of(std::string_view("a=\0; b=\x7f; c=1", 13)), "c=1|");
    EXPECT_EQ(pairs_of(""), "");
}

TEST(CookieField, FindsTheFirstOfAName) {
    EXPECT_EQ(http::find_cookie("a=1; A=2; a=3", "a"), "1");
    EXPECT_EQ(http::find_cookie("a=1; A=2; a=3", "A"), "2");
    EXPECT_EQ(http::find_cookie("ab=1", "a"), std::nullopt);
}

TEST(SetCookie, WritesEveryAttribute_Rfc6265_4_1) {
    EXPECT_EQ(written({.name = "a", .value = "b"}), "a=b");
    const Cookie full{.name = "id",
                      .value = "\"x\"",
                      .path = "/p",
                      .domain = "example.org",
                      .max_age = std::chrono::hours(1),
                      .expires = std::chrono::sys_seconds(std::chrono::seconds(784111777)),
                      .secure = true,
                      .http_only = true,
                      .same_site = SameSite::none,
                      .partitioned = true};
    EXPECT_EQ(
        written(full),
        "id=\"x\"; Path=/p; Domain=example.org; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=3600; Secure; HttpOnly; "
        "SameSite=None; Partitioned");
    EXPECT_EQ(written(expired_cookie("a", "/")), "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");
    EXPECT_EQ(written({.name = "a", .max_age = std::chrono::seconds(-5), .same_site = SameSite::lax}),
              "a=; Max-Age=0; SameSite=Lax");
}

TEST(SetCookie, RefusesBytesThatWouldAddAttributesOrFields) {
    std::vector<Cookie> bad{
        {.name = ""},
        {.name = "a b"},
        {.name = "a=b"},
        {.name = "a;b"},
        {.name = "a\r\nb"},
        {.name = "a", .path = "x"},
        {.name = "a", .path = "/;Secure"},
        {.name = "a", .path = "/\r\n"},
        {.name = "a", .domain = "x;y"},
        {.name = "a", .domain = "x y"},
        {.name = "a", .domain = "x\n"},
        {.name = "a", .path = "/" + std::string(1024, 'x')},
        {.name = "a", .value = std::string(4096, 'x')},
    };
    for (const char c : {' ', '"', ',', ';', '\\', '\r', '\n', '\0', '\x7f', '\xe4'})
        bad.push_back({.name = "a", .value = std::string("x") + c});
    for (const Cookie& cookie : bad) EXPECT_TRUE(written(cookie).starts_with("error: cookie")) << written(cookie);
    EXPECT_EQ(written({.name = "a", .value = std::string(4095, 'x')}).size(), 4097u);
}

TEST(SetCookie, KeepsThePromisesOfPrefixesAndSameSite_Rfc6265bis_4_1) {
    const auto refused = [](const Cookie& cookie) { return written(cookie).starts_with("error"); };
    EXPECT_TRUE(refused({.name = "a", .same_site = SameSite::none}));
    EXPECT_TRUE(refused({.name = "a", .partitioned = true}));
    EXPECT_TRUE(refused({.name = "__Secure-a"}));
    EXPECT_FALSE(refused({.name = "__Secure-a", .secure = true}));
    EXPECT_TRUE(refused({.name = "__Host-a", .secure = true}));
    EXPECT_TRUE(refused({.name = "__host-a", .path = "/x", .secure = true}));
    EXPECT_TRUE(refused({.name = "__Host-a", .path = "/", .domain = "d", .secure = true}));
    EXPECT_TRUE(refused({.name = "__Host-a", .path = "/"}));
    EXPECT_FALSE(refused({.name = "__Host-a", .path = "/", .secure = true}));
}

}  // namespace
}  // namespace hyperlane
