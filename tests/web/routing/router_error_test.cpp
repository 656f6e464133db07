#include <hyperlane/web/routing/router.hpp>

#include <algorithm>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace hyperlane::web {
namespace {

std::string place(const std::source_location& where) {
    return std::string("(") + where.file_name() + ":" + std::to_string(where.line()) + ")";
}

TEST(RouterError, NamesPatternAndPlaceOfAMalformedRoute) {
    Router router;
    const auto here = std::source_location::current();
    const auto result = router.insert("/users/{id", {GET}, 1, here);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(result.error().message,
              "route \"/users/{id\" " + place(here) + ": '{' at column 8 is never closed; write {id} or {id:\\d+}");
}

TEST(RouterError, NamesBothPlacesOfAConflict) {
    Router router;
    const auto first = std::source_location::current();
    const auto second = std::source_location::current();
    ASSERT_TRUE(router.insert("/u/{name}", {GET, POST, PUT}, 1, first));
    const auto result = router.insert("/u/{id}", {DELETE, GET, PUT}, 2, second);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::already_exists);
    EXPECT_EQ(result.error().message, "route \"/u/{id}\" " + place(second) + " conflicts with \"/u/{name}\" " +
                                          place(first) + ": both answer GET, PUT for the same paths");
}

TEST(RouterError, EquivalentPatternsConflictHoweverTheyAreWritten) {
    const std::pair<const char*, const char*> pairs[] = {{"/a", "/a"},
                                                         {"/{x:\\d+}", "/{y:^\\d+$}"},
                                                         {"/{x:.*}", "/{*y}"},
                                                         {"/{x:.+}", "/{y:^.+$}"},
                                                         {"/a%62", "/ab"},
                                                         {"/v{x}.js", "/v{y}.js"},
                                                         {"/{a}-{b}", "/{c}-{d}"},
                                                         {"/{x}/{y}", "/{y}/{x}"},
                                                         {"/{a}/b/", "/{c}/b/"},
                                                         {"/", "/"}};
    for (const auto& [left, right] : pairs) {
        Router router;
        ASSERT_TRUE(router.insert(left, {GET}, 1));
        EXPECT_FALSE(router.insert(right, {GET}, 2)) << left << " and " << right;
        EXPECT_TRUE(router.insert(right, {POST}, 3)) << left << " and " << right;
    }
}

TEST(RouterError, DifferentPatternsDoNotConflict) {
    Router router;
    for (const auto* pattern : {"/a", "/a/", "/{x}", "/{x:\\d+}", "/{x:[0-9]+}", "/v{x}", "/{x}v", "/{x:.*}", "/{x:.+}",
                                "/{x:.*}/b", "/{*x}", "//a", "/%7B%7D"}) {
        EXPECT_EQ(router.insert(pattern, {GET}, 1).has_value(), std::string_view(pattern) != "/{*x}") << pattern;
    }
}

TEST(RouterError, TwoAnyMethodRoutesConflict) {
    Router router;
    ASSERT_TRUE(router.insert("/a", all_methods, 1));
    ASSERT_TRUE(router.insert("/a", {GET}, 2));
    const auto result = router.insert("/a", all_methods, 3);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("both answer any method for the same paths"), std::string::npos);
}

TEST(RouterError, GivesTheReasonOfRe2) {
    Router router;
    const auto here = std::source_location::current();
    const auto missing = router.insert("/u/{id:[a}", {GET}, 1, here);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message,
              "route \"/u/{id:[a}\" " + place(here) + ": the regex of {id} at column 4 is not valid: missing ]: [a");
    EXPECT_FALSE(router.insert("/u/{id:a)(b}", {GET}, 1));
    EXPECT_FALSE(router.insert("/u/{id:(?=x)}", {GET}, 1)) << "RE2 has no lookahead, which keeps it linear";
    EXPECT_FALSE(router.insert("/u/{id:(a)\\1}", {GET}, 1));
    EXPECT_FALSE(router.insert("/u/{a:x)}-{b:(y}", {GET}, 1)) << "not even where the two would make one regex";
}

TEST(RouterError, RefusesEmptyAndMixedMethodSets) {
    Router router;
    EXPECT_FALSE(router.insert("/a", {}, 1));
    EXPECT_FALSE(router.insert("/a", {GET, OTHER}, 1));
}

TEST(RouterError, BuildReportsEveryError) {
    Router router;
    EXPECT_FALSE(router.insert("/{", {GET}, 1));
    EXPECT_TRUE(router.insert("/ok", {GET}, 2));
    EXPECT_FALSE(router.insert("/ok", {GET}, 3));
    EXPECT_FALSE(router.insert("no-slash", {GET}, 4));
    const auto result = router.build();
    ASSERT_FALSE(result);
    const auto& message = result.error().message;
    EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 2);
    EXPECT_NE(message.find("\"/{\""), std::string::npos);
    EXPECT_NE(message.find("\"/ok\""), std::string::npos);
    EXPECT_NE(message.find("\"no-slash\""), std::string::npos);
}

TEST(RouterError, ATableIsBuiltOnce) {
    Router router;
    ASSERT_TRUE(router.insert("/a", {GET}, 1));
    ASSERT_TRUE(router.build());
    EXPECT_EQ(router.build().error().code, ErrorCode::already_done);
    EXPECT_EQ(router.insert("/b", {GET}, 1).error().code, ErrorCode::already_done);
}

}  // namespace
}  // namespace hyperlane::web
