#include <hyperlane/web/routing/route_pattern.hpp>

#include <string>

#include <gtest/gtest.h>

namespace hyperlane::web {
namespace {

std::string problem(std::string_view pattern) {
    const auto parsed = RoutePattern::parse(pattern);
    return parsed ? "" : parsed.error().message;
}

PatternSegment last_segment(std::string_view pattern) { return RoutePattern::parse(pattern)->segments.back(); }

TEST(RoutePattern, SplitsOnSlashesAndKeepsEmptySegments) {
    const auto pattern = RoutePattern::parse("/a//b/");
    ASSERT_TRUE(pattern);
    ASSERT_EQ(pattern->segments.size(), 4U);
    EXPECT_EQ(pattern->segments[0].key, "a");
    EXPECT_EQ(pattern->segments[1].key, "");
    EXPECT_EQ(pattern->segments[2].key, "b");
    EXPECT_EQ(pattern->segments[3].key, "");
    EXPECT_TRUE(pattern->is_static());
}

TEST(RoutePattern, CollectsNamesFromLeftToRight) {
    const auto pattern = RoutePattern::parse("/{a}/x{b:\\d+}/{c}-{d}");
    ASSERT_TRUE(pattern);
    EXPECT_EQ(pattern->names, (std::vector<std::string>{"a", "b", "c", "d"}));
    EXPECT_FALSE(pattern->is_static());
}

TEST(RoutePattern, KeepsBracesOfTheRegex) {
    EXPECT_EQ(last_segment("/{id:\\d{2,4}}").pieces[0].regex, "\\d{2,4}");
    EXPECT_EQ(last_segment("/{id:[}]+}").pieces[0].regex, "[}]+");
    EXPECT_EQ(last_segment("/{id:[]}]+}").pieces[0].regex, "[]}]+");
    EXPECT_EQ(last_segment("/{id:\\}}").pieces[0].regex, "\\}");
}

TEST(RoutePattern, SlashesAndColonsInsideARegexBelongToIt) {
    EXPECT_EQ(last_segment("/{id:a/b:c}").pieces[0].regex, "a/b:c");
    EXPECT_EQ(RoutePattern::parse("/{id:[^/]+}/x")->segments.size(), 2U);
}

TEST(RoutePattern, DropsAnchorsButNotAnEscapedDollar) {
    EXPECT_EQ(last_segment("/{id:^\\d+$}").pieces[0].regex, "\\d+");
    EXPECT_EQ(last_segment("/{id:a\\$}").pieces[0].regex, "a\\$");
    EXPECT_EQ(last_segment("/{id:a\\\\$}").pieces[0].regex, "a\\\\");
    EXPECT_EQ(last_segment("/{id:^\\d+$}").key, last_segment("/{number:\\d+}").key);
}

TEST(RoutePattern, KnowsEverySpellingOfATail) {
    for (const auto* spelling : {"/{p:^.*$}", "/{p:.*}", "/{*p}", "/{p:^.*}", "/{p:.*$}"}) {
        EXPECT_EQ(last_segment(spelling).kind, SegmentKind::tail) << spelling;
        EXPECT_TRUE(last_segment(spelling).tail_may_be_empty) << spelling;
    }
    for (const auto* spelling : {"/{p:.+}", "/{p:^.+$}"}) {
        EXPECT_EQ(last_segment(spelling).kind, SegmentKind::tail) << spelling;
        EXPECT_FALSE(last_segment(spelling).tail_may_be_empty) << spelling;
    }
}

TEST(RoutePattern, OtherPlacesAndOtherRegexesAreNoTail) {
    EXPECT_EQ(RoutePattern::parse("/{p:.*}/x")->segments[0].kind, SegmentKind::param);
    EXPECT_EQ(last_segment("/v{p:.*}").kind, SegmentKind::param);
    EXPECT_EQ(last_segment("/{p:.*}.txt").kind, SegmentKind::param);
    EXPECT_EQ(last_segment("/{p:.*\\.txt}").kind, SegmentKind::param);
    EXPECT_EQ(last_segment("/{p:(.*)}").kind, SegmentKind::param);
}

TEST(RoutePattern, DecodesEscapesInLiterals) {
    EXPECT_EQ(last_segment("/caf%C3%A9").pieces[0].text, "caf\xC3\xA9");
    EXPECT_EQ(last_segment("/a%7Bb%7D").pieces[0].text, "a{b}");
    EXPECT_NE(last_segment("/%7B%7D").key, last_segment("/{x}").key);
    EXPECT_FALSE(RoutePattern::parse("/a%2Fb")->is_static()) << "no undecoded path equals it";
}

TEST(RoutePattern, SaysWhatIsWrongAndWhere) {
    EXPECT_EQ(problem(""), "a pattern begins with '/'");
    EXPECT_EQ(problem("users"), "a pattern begins with '/'");
    EXPECT_EQ(problem("/users/{id"), "'{' at column 8 is never closed; write {id} or {id:\\d+}");
    EXPECT_EQ(problem("/users/{id/x"), "'{' at column 8 is never closed; write {id} or {id:\\d+}");
    EXPECT_EQ(problem("/users/id}"), "'}' at column 10 closes nothing; write %7D for the character itself");
    EXPECT_EQ(problem("/{}"), "'{' at column 2 needs a name of letters, digits and '_'; write {id} or {id:\\d+}");
    EXPECT_EQ(problem("/{ id }"), "'{' at column 2 needs a name of letters, digits and '_'; write {id} or {id:\\d+}");
    EXPECT_EQ(problem("/{1d}"), "'{' at column 2 needs a name of letters, digits and '_'; write {id} or {id:\\d+}");
    EXPECT_EQ(problem("/{:\\d+}"), "'{' at column 2 needs a name of letters, digits and '_'; write {id} or {id:\\d+}");
    EXPECT_EQ(problem("/{id:}"), "'{' at column 2 has an empty regex; write {id} or {id:\\d+}");
    EXPECT_EQ(problem("/{id:^$}"), "'{' at column 2 has an empty regex; write {id} or {id:\\d+}");
    EXPECT_EQ(problem("/{id}/{id}"), "the parameter 'id' at column 7 has the name of the one at column 2");
    EXPECT_EQ(problem("/{a}{b}"),
              "'{' at column 5 follows another parameter; put text between them or give both a regex");
    EXPECT_EQ(problem("/{*p}/x"), "'{*' at column 2 takes the rest of the path, so it must be the whole last segment");
    EXPECT_EQ(problem("/v{*p}"), "'{*' at column 3 takes the rest of the path, so it must be the whole last segment");
    EXPECT_EQ(problem("/{*p:.+}"),
              "'{*' at column 2 already means the rest of the path; write {*path} without a regex");
    EXPECT_EQ(problem("/a?b"),
              "'?' at column 3 cannot match, a pattern has no query; write %3F for the character itself");
    EXPECT_EQ(problem("/a#b"),
              "'#' at column 3 cannot match, a path has no fragment; write %23 for the character itself");
    EXPECT_EQ(problem("/100%"), "'%' at column 5 starts no escape; write %25 for the character itself");
    EXPECT_EQ(problem("/a%0"), "'%' at column 3 starts no escape; write %25 for the character itself");
    EXPECT_EQ(problem("/a%00"), "%00 at column 3 cannot be part of a path");
    EXPECT_EQ(problem(std::string_view("/a\0", 3)), "NUL at column 3 cannot be part of a path");
}

TEST(RoutePattern, BoundsParametersAndSegments) {
    std::string params;
    for (int i = 0; i < 16; ++i) params += "/{p" + std::to_string(i) + "}";
    EXPECT_EQ(problem(params), "");
    EXPECT_EQ(problem(params + "/{q}"), "more than 16 parameters");
    std::string segments;
    for (int i = 0; i < 64; ++i) segments += "/a";
    EXPECT_EQ(problem(segments), "");
    EXPECT_EQ(problem(segments + "/a"), "more than 64 segments");
}

TEST(RoutePattern, RanksStaticThenTextThenRegexThenPlainThenTail) {
    const char* const in_order[] = {"/abc",        "/abc{x:\\d+}", "/abc{x}", "/a{x:\\d+}", "/{x:\\d+}b", "/{x}b",
                                    "/{x:[0-9]+}", "/{x:\\d+}",    "/{x}",    "/{x:.+}",    "/{x:.*}"};
    for (std::size_t i = 0; i < std::size(in_order); ++i) {
        for (std::size_t j = 0; j < std::size(in_order); ++j) {
            EXPECT_EQ(ranks_before(last_segment(in_order[i]), last_segment(in_order[j])), i < j)
                << in_order[i] << " and " << in_order[j];
        }
    }
}

}  // namespace
}  // namespace hyperlane::web
