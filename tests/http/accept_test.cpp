#include <hyperlane/http/accept.hpp>

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

std::string preference(std::string_view accept, std::string_view type) {
    constexpr std::array<std::string_view, 5> names{"none", "any", "type", "exact", "parameters"};
    const MediaPreference found = media_preference(accept, type);
    return std::string(names[static_cast<std::size_t>(found.fit)]) + " " + std::to_string(found.weight);
}

std::string chosen(std::optional<std::string_view> accept, std::vector<std::string_view> offered) {
    const auto index = choose_media_type(accept, offered);
    return index ? std::string(offered[*index]) : "406";
}

std::string coding(std::optional<std::string_view> accept) {
    constexpr std::array<std::string_view, 3> offered{"br", "zstd", "gzip"};
    const CodingChoice choice = choose_coding(accept, offered);
    const std::string name = choice.coding == CodingChoice::identity ? "identity" : std::string(offered[choice.coding]);
    return choice.identity_refused ? name + "!" : name;
}

TEST(Accept, TheMostSpecificRangeCounts_Rfc9110_12_5_1) {
    // The example of the section.
    constexpr std::string_view list =
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5";
    EXPECT_EQ(preference(list, "text/plain;format=flowed"), "parameters 1000");
    EXPECT_EQ(preference(list, "text/plain"), "exact 700");
    EXPECT_EQ(preference(list, "text/html"), "type 300");
    EXPECT_EQ(preference(list, "image/jpeg"), "any 500");
    EXPECT_EQ(preference(list, "text/plain;format=fixed"), "parameters 400");
    EXPECT_EQ(preference(list, "text/html;level=3"), "type 300");
    EXPECT_EQ(preference("text/html", "image/png"), "none 0");
    EXPECT_EQ(preference("*/*;q=0.1, TEXT/Html;q=0", "text/html; charset=utf-8"), "exact 0");
    EXPECT_EQ(preference("text/html;charset=\"UTF-8\"", "text/html"), "none 0") << "a parameter that is not there";
    EXPECT_EQ(preference("text/html;q=0.5;level=9", "text/html"), "exact 500") << "behind the weight is no parameter";
}

TEST(Accept, IgnoresWhatIsMalformedAndKeepsTheRest) {
    for (const std::string_view bad :
         {"text", "text/", "/html", "text/html;q=2", "text/html;q=0.1234", "text/html;q=", "text/html;q", "*/html",
          "te xt/html", "text/html;=x", "text/html;a=\"b", "text//html", ";q=1", "text/html;q=-1"}) {
        EXPECT_EQ(preference(bad, "text/html"), "none 0") << bad;
        EXPECT_EQ(preference("text/*;q=0.2, " + std::string(bad), "text/html"), "type 200") << bad;
    }
    EXPECT_EQ(preference("", "text/html"), "none 0");
    EXPECT_EQ(preference("text/html", "html"), "none 0");
}

TEST(Accept, ChoosesTheHeaviestAndOfThoseTheServersFavourite) {
    EXPECT_EQ(chosen(std::nullopt, {"application/json", "text/html"}), "application/json");
    EXPECT_EQ(chosen("", {"application/json", "text/html"}), "application/json");
    EXPECT_EQ(chosen(" , ", {"application/json", "text/html"}), "application/json");
    EXPECT_EQ(chosen("*/*", {"application/json", "text/html"}), "application/json");
    EXPECT_EQ(chosen("text/html, application/json;q=0.9", {"application/json", "text/html"}), "text/html");
    EXPECT_EQ(chosen("text/html, application/json", {"application/json", "text/html"}), "application/json");
    EXPECT_EQ(chosen("application/json;q=0, */*;q=0.1", {"application/json", "text/html"}), "text/html");
    EXPECT_EQ(chosen("image/*", {"application/json", "text/html"}), "406");
    EXPECT_EQ(chosen("*/*;q=0", {"application/json"}), "406");
    EXPECT_EQ(chosen("*/*", {}), "406");
}

TEST(AcceptEncoding, ChoosesACodingOfTheServer_Rfc9110_12_5_3) {
    EXPECT_EQ(coding(std::nullopt), "identity");
    EXPECT_EQ(coding(""), "identity");
    EXPECT_EQ(coding("gzip"), "gzip");
    EXPECT_EQ(coding("GZIP"), "gzip");
    EXPECT_EQ(coding("x-gzip"), "gzip");
    EXPECT_EQ(coding("gzip, deflate, br, zstd"), "br") << "all alike: the server's favourite";
    EXPECT_EQ(coding("gzip;q=1.0, br;q=0.5"), "gzip");
    EXPECT_EQ(coding("gzip;q=0.001"), "gzip");
    EXPECT_EQ(coding("gzip;q=0"), "identity");
    EXPECT_EQ(coding("*"), "br");
    EXPECT_EQ(coding("br;q=0, *"), "zstd");
    EXPECT_EQ(coding("br;q=0, zstd;q=0, *;q=0.2"), "gzip");
    EXPECT_EQ(coding("compress, deflate"), "identity");
}

TEST(AcceptEncoding, RanksIdentityOnlyByName) {
    EXPECT_EQ(coding("identity, gzip;q=0.5"), "identity");
    EXPECT_EQ(coding("identity;q=0.5, gzip"), "gzip");
    EXPECT_EQ(coding("identity, gzip"), "gzip");
    EXPECT_EQ(coding("identity"), "identity");
    EXPECT_EQ(coding("*;q=0.5"), "br");
}

TEST(AcceptEncoding, KnowsWhenIdentityIsRefused) {
    EXPECT_EQ(coding("identity;q=0"), "identity!");
    EXPECT_EQ(coding("*;q=0"), "identity!");
    EXPECT_EQ(coding("identity;q=0, gzip"), "gzip!");
    EXPECT_EQ(coding("*;q=0, gzip"), "gzip!");
    EXPECT_EQ(coding("*;q=0, identity;q=0.1"), "identity");
    EXPECT_EQ(coding("gzip;q=0"), "identity");
}

TEST(AcceptEncoding, IgnoresWhatIsMalformed) {
    EXPECT_EQ(coding("gzip;q=2"), "identity");
    EXPECT_EQ(coding("gzip;q=abc, br"), "br");
    EXPECT_EQ(coding("identity;q=zero"), "identity") << "not refused by a mistake";
    EXPECT_EQ(coding("g zip, br;q=0.1"), "br");
    EXPECT_EQ(coding(";q=0, ,,\"gzip\", gzip"), "gzip");
}

TEST(AcceptEncoding, TakesAnyBytes) {
    const std::string alphabet = "gzip,;q=01.*/ \t\"\\a\xff";
    std::uint32_t random = 1;
    for (int round = 0; round < 20000; ++round) {
        std::string text;
        for (int i = 0; i < round % 24; ++i) {
            random = random * 1664525 + 1013904223;
            text += alphabet[(random >> 16) % alphabet.size()];
        }
        (void)coding(text);
        (void)preference(text, "text/html;a=b");
        (void)chosen(text, {"a/b", "gzip/q"});
    }
}

}  // namespace
}  // namespace hyperlane::http
