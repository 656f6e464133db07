#include "web/routing/one_pass_regex.hpp"

#include <array>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <re2/re2.h>

namespace hyperlane::web {
namespace {

const std::array shapes = {R"(\d+)",
                           R"([0-9]+)",
                           R"(\w+)",
                           R"([a-z]+)",
                           R"([A-Za-z0-9_-]+)",
                           R"([a-z][a-z0-9-]*)",
                           R"(\d{4})",
                           R"(\d{1,3})",
                           R"(\d{2,})",
                           R"(\d{4}-\d{2}-\d{2})",
                           R"([0-9a-f]{2}-[0-9a-f]{3})",
                           R"(v\d+\.\d+)",
                           R"([^/]+)",
                           R"(.+)",
                           R"(.*)",
                           R"([^-]+-\d*)",
                           R"(\D+\d)",
                           R"(\W\w)",
                           R"(\s*)",
                           R"(\S+)",
                           R"([-a]+)",
                           R"([a-]+)",
                           R"(a?b)",
                           R"(\d+x)",
                           R"([.]js)",
                           R"([\d.]+)",
                           R"(x{0})",
                           R"(\d{0,2}-)"};

/// Regexes that look like shapes and are none, or need care to read.
const std::array others = {R"(\d+?)",    R"(a|b)",   R"((\d+))",  R"((?i)abc)", R"(\d+\d)",   R"([[:alpha:]]+)",
                           R"([a-z]*a)", R"(\bx\b)", R"(\pL+)",   R"(é+)",      R"([é]+)",    R"(a\{)",
                           R"(a?b?)",    R"(\d+x?)", R"(a{,2})",  R"([\w-]+)",  R"(\x61+)",   R"(\Qa.b\E)",
                           R"(^a$)",     R"([]a]+)", R"([^]a]+)", R"((?:ab)*)", R"(a{2}{3})", R"(\C+)",
                           R"([a\-z]+)", R"(.?)"};

class Texts {
public:
    std::string next() {
        static const std::array<std::string, 28> parts = {
            "a", "b", "z", "f",  "x", "v", "0", "1", "2",  "9",  "-",        ".",    "_",          "/",
            "A", "Z", " ", "\n", "$", "{", "}", "]", "\\", ",2", "\xC3\xA9", "\xFF", "2024-01-31", ".js"};
        std::string text;
        for (auto count = engine_() % 7; count > 0; --count) text += parts[engine_() % parts.size()];
        return text;
    }

private:
    std::mt19937 engine_{42};
};

RE2::Options with_dot_for_line_feed() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true);
    return options;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

void expect_router_agrees(std::string_view regex) {
    const RE2 reference(re2::StringPiece(regex.data(), regex.size()), with_dot_for_line_feed());
    ASSERT_TRUE(reference.ok()) << regex;
    Router router;
    ASSERT_TRUE(router.insert("/{x:" + std::string(regex) + "}/", {GET}, 1)) << regex;
    ASSERT_TRUE(router.build());
    Texts texts;
    Arena arena;
    RouteMatch match;
    for (int i = 0; i < 3000; ++i) {
        const auto text = texts.next();
        const bool expected = RE2::FullMatch(text, reference);
        router.match(GET, "/" + percent_encoded(text) + "/", arena, match);
        ASSERT_EQ(match.outcome == RouteOutcome::found, expected) << regex << " on '" << text << "'";
        if (expected) {
            ASSERT_EQ(match.params[0].value, text);
        }
        arena.reset();
    }
}

TEST(RouterRegex, HandWrittenMatchersAgreeWithRe2) {
    for (const auto* regex : shapes) expect_router_agrees(regex);
}

TEST(RouterRegex, EverythingElseAgreesWithRe2) {
    for (const auto* regex : others) {
        if (!RE2(re2::StringPiece(regex), with_dot_for_line_feed()).ok()) continue;
        expect_router_agrees(regex);
    }
}

TEST(RouterRegex, TheListedShapesAreHandWritten) {
    for (const auto* regex : shapes) {
        Shape shape;
        EXPECT_TRUE(shape.add_regex(regex) && shape.finish()) << regex;
    }
}

TEST(RouterRegex, WhatCouldMatchInTwoWaysIsLeftToRe2) {
    for (const auto* regex : {R"(\d+\d)", R"([a-z]*a)", R"(a?a)", R"(\w+-?\w+)", R"(.+\.js)", R"(\d*x?y)"}) {
        Shape shape;
        EXPECT_FALSE(shape.add_regex(regex) && shape.finish()) << regex;
    }
}

TEST(RouterRegex, ParametersOfOneSegmentAreCutByTheirShape) {
    Router router;
    ASSERT_TRUE(router.insert("/{year:\\d{4}}-{month:\\d{2}}", {GET}, 1));
    ASSERT_TRUE(router.insert("/{count:\\d+}{unit:[a-z]+}", {GET}, 2));
    ASSERT_TRUE(router.build());
    Arena arena;
    RouteMatch match;
    router.match(GET, "/2024-05", arena, match);
    ASSERT_EQ(match.route, 1U);
    EXPECT_EQ(match.params.find("year"), "2024");
    EXPECT_EQ(match.params.find("month"), "05");
    router.match(GET, "/15px", arena, match);
    ASSERT_EQ(match.route, 2U);
    EXPECT_EQ(match.params.find("count"), "15");
    EXPECT_EQ(match.params.find("unit"), "px");
    router.match(GET, "/2024-5", arena, match);
    EXPECT_EQ(match.outcome, RouteOutcome::not_found);
}

TEST(RouterRegex, GroupsOfTheUserDoNotShiftParameters) {
    Router router;
    ASSERT_TRUE(router.insert("/{kind:(a|b)(c)?}-{rest}.{end:(x|yy)}", {GET}, 1));
    ASSERT_TRUE(router.build());
    Arena arena;
    RouteMatch match;
    router.match(GET, "/ac-some-thing.yy", arena, match);
    ASSERT_EQ(match.outcome, RouteOutcome::found);
    EXPECT_EQ(match.params.find("kind"), "ac");
    EXPECT_EQ(match.params.find("rest"), "some-thing");
    EXPECT_EQ(match.params.find("end"), "yy");
}

TEST(RouterRegex, NestedQuantifiersTakeLinearTime) {
    Router router;
    ASSERT_TRUE(router.insert("/{x:(a+)+b}", {GET}, 1));
    ASSERT_TRUE(router.build());
    Arena arena;
    RouteMatch match;
    router.match(GET, "/" + std::string(100'000, 'a'), arena, match);  // a backtracking engine would never return
    EXPECT_EQ(match.outcome, RouteOutcome::not_found);
}

}  // namespace
}  // namespace hyperlane::web
