#include <hyperlane/http/target.hpp>

#include <string>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

TEST(Target, SplitsEveryForm_Rfc9112_3_2) {
    const auto origin = split_target("/a/b?c=d?e", GET);
    ASSERT_TRUE(origin.has_value());
    EXPECT_EQ(origin->path, "/a/b");
    EXPECT_EQ(origin->query, "c=d?e");
    const auto absolute = split_target("http://h:1/a?b", POST);
    ASSERT_TRUE(absolute.has_value());
    EXPECT_EQ(absolute->form, TargetForm::absolute);
    EXPECT_EQ(absolute->authority, "h:1");
    EXPECT_EQ(absolute->path, "/a");
    EXPECT_EQ(split_target("*", OPTIONS)->form, TargetForm::asterisk);
    EXPECT_EQ(split_target("h:1", CONNECT)->authority, "h:1");
}

TEST(Target, RefusesWhatIsNoTarget) {
    for (const std::string_view bad : {"", "a", "/a b", "/a#b", "/%", "/%4", "/%g0", "/\x7f", "/\xc3\xa4", "http://",
                                       "http:/a", "https:///a", "mailto:x"}) {
        EXPECT_FALSE(split_target(bad, GET).has_value()) << bad;
    }
    EXPECT_FALSE(split_target(std::string_view("/\0", 2), GET).has_value());
}

TEST(PercentEncoding, DecodesStrictly_Rfc3986_2_1) {
    const auto decode = [](std::string text) -> std::optional<std::string> {
        const auto view = percent_decode(text, text.data());  // in place
        return view.has_value() ? std::optional(std::string(*view)) : std::nullopt;
    };
    EXPECT_EQ(decode("a%20b%2Fc+d%e4"), "a b/c+d\xe4");
    EXPECT_EQ(decode("%00"), std::string(1, '\0'));
    EXPECT_EQ(decode("%2541"), "%41");
    EXPECT_EQ(decode(""), "");
    for (const char* bad : {"%", "%4", "a%", "%4g", "%g4", "%%41", "%+1", "%4\x31%"}) {
        EXPECT_EQ(decode(bad), std::nullopt) << bad;
        EXPECT_FALSE(is_valid_percent_encoding(bad)) << bad;
    }
    EXPECT_TRUE(is_valid_percent_encoding("%41%4a%4A"));
}

TEST(Authority, KnowsIpv6_Rfc3986_3_2_2) {
    for (const std::string_view good : {"[::]", "[::1]", "[1::]", "[1::8]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]",
                                        "[::2:3:4:5:6:7:8]", "[1:2:3::1.2.3.4]", "[::1.2.3.4]"}) {
        EXPECT_TRUE(is_valid_authority(good)) << good;
    }
    for (const std::string_view bad : {"[:]",
                                       "[:::]",
                                       "[1]",
                                       "[:1]",
                                       "[1:]",
                                       "[1:2:3:4:5:6:7]",
                                       "[1:2:3:4:5:6:7:8::]",
                                       "[::1:2:3:4:5:6:7:8]",
                                       "[1::2::3]",
                                       "[g::]",
                                       "[1:2:3:4:5:6:7:1.2.3.4]",
                                       "[1.2.3.4]",
                                       "[::1.2.3.04]",
                                       "[::1.2.3.4.5]",
                                       "[::1.2.3]",
                                       "[::1.2.3.4:5]",
                                       "[::1 ]",
                                       "[",
                                       "]",
                                       "[]"}) {
        EXPECT_FALSE(is_valid_authority(bad)) << bad;
    }
}

}  // namespace
}  // namespace hyperlane::http
