#include <hyperlane/http/conditional.hpp>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr sys_seconds modified{seconds(784111777)};  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr sys_seconds now = modified + std::chrono::hours(24);
constexpr std::string_view same = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view before = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view after = "Sun, 06 Nov 1994 08:49:38 GMT";
constexpr Validators strong{.etag = "\"a\"", .last_modified = modified};
constexpr Validators weak{.etag = "W/\"a\"", .last_modified = modified};
constexpr Validators missing{.exists = false};

TEST(EntityTags, Parse_Rfc9110_8_8_3) {
    EXPECT_EQ(parse_entity_tag("\"a\"")->opaque, "\"a\"");
    EXPECT_TRUE(parse_entity_tag("W/\"\"")->weak);
    for (const std::string_view bad :
         {"", "a", "\"", "\"a", "a\"", "w/\"a\"", "W/a", "W/", "\"a\"b", "\"a b\"", "\"a\"\"", "\"\x01\"", " \"a\""}) {
        EXPECT_FALSE(parse_entity_tag(bad).has_value()) << bad;
    }
}

TEST(EntityTags, Compare_Rfc9110_8_8_3_2) {
    const EntityTag w1{"\"1\"", true};
    const EntityTag w2{"\"2\"", true};
    const EntityTag s1{"\"1\"", false};
    EXPECT_FALSE(strong_match(w1, w1));
    EXPECT_TRUE(weak_match(w1, w1));
    EXPECT_FALSE(weak_match(w1, w2));
    EXPECT_FALSE(strong_match(w1, s1));
    EXPECT_TRUE(weak_match(w1, s1));
    EXPECT_TRUE(strong_match(s1, s1));
}

struct Case {
    Method method;
    Preconditions asked;
    Validators has;
    Verdict verdict;
};

TEST(Preconditions, AreEvaluatedInOrder_Rfc9110_13_2_2) {
    using enum Verdict;
    const Case cases[] = {
        {GET, {}, strong, proceed},
        // If-Match: strong comparison
        {PUT, {.if_match = "\"a\""}, strong, proceed},
        {PUT, {.if_match = "\"x\", \"a\""}, strong, proceed},
        {PUT, {.if_match = ",, \"x\" ,\"a\" ,"}, strong, proceed},
        {PUT, {.if_match = "\"x\""}, strong, failed},
        {PUT, {.if_match = "W/\"a\""}, strong, failed},
        {PUT, {.if_match = "\"a\""}, weak, failed},
        {PUT, {.if_match = "*"}, strong, proceed},
        {PUT, {.if_match = "*"}, missing, failed},
        {PUT, {.if_match = "\"a\""}, missing, failed},
        {PUT, {.if_match = "\"x"}, strong, failed},
        // If-Unmodified-Since counts only without If-Match
        {PUT, {.if_unmodified_since = same}, strong, proceed},
        {PUT, {.if_unmodified_since = after}, strong, proceed},
        {PUT, {.if_unmodified_since = before}, strong, failed},
        {PUT, {.if_unmodified_since = "yesterday"}, strong, proceed},
        {PUT, {.if_unmodified_since = before}, missing, proceed},
        {PUT, {.if_match = "\"a\"", .if_unmodified_since = before}, strong, proceed},
        // If-None-Match: weak comparison; 304 for GET and HEAD, 412 for others
        {GET, {.if_none_match = "\"a\""}, strong, not_modified},
        {HEAD, {.if_none_match = "W/\"a\""}, strong, not_modified},
        {GET, {.if_none_match = "\"x\", W/\"a\""}, weak, not_modified},
        {GET, {.if_none_match = "\"a\\\", \"b\""}, strong, proceed},
        {GET, {.if_none_match = "\"x\""}, strong, proceed},
        {PUT, {.if_none_match = "\"a\""}, strong, failed},
        {PUT, {.if_none_match = "*"}, strong, failed},
        {PUT, {.if_none_match = "*"}, missing, proceed},
        {GET, {.if_none_match = "*"}, strong, not_modified},
        // If-Modified-Since counts only for GET and HEAD without If-None-Match
        {GET, {.if_modified_since = same}, strong, not_modified},
        {GET, {.if_modified_since = after}, strong, not_modified},
        {GET, {.if_modified_since = before}, strong, proceed},
        {GET, {.if_modified_since = "x"}, strong, proceed},
        {GET, {.if_modified_since = same}, missing, proceed},
        {POST, {.if_modified_since = same}, strong, proceed},
        {GET, {.if_none_match = "\"x\"", .if_modified_since = same}, strong, proceed},
        // both kinds
        {GET, {.if_match = "\"x\"", .if_none_match = "\"a\""}, strong, failed},
        {GET, {.if_match = "\"a\"", .if_none_match = "\"a\""}, strong, not_modified},
        {GET, {.if_modified_since = same, .if_unmodified_since = before}, strong, failed},
    };
    int index = 0;
    for (const Case& c : cases) {
        EXPECT_EQ(evaluate(c.method, c.asked, c.has, now), c.verdict) << "case " << index;
        ++index;
    }
}

TEST(IfRange, NeedsAStrongValidator_Rfc9110_13_1_5) {
    EXPECT_TRUE(if_range_holds("\"a\"", strong, now));
    EXPECT_FALSE(if_range_holds("\"b\"", strong, now));
    EXPECT_FALSE(if_range_holds("W/\"a\"", weak, now));
    EXPECT_FALSE(if_range_holds("\"a\"", weak, now));
    EXPECT_TRUE(if_range_holds(same, strong, now));
    EXPECT_FALSE(if_range_holds(after, strong, now));
    EXPECT_FALSE(if_range_holds(before, strong, now));
    EXPECT_FALSE(if_range_holds(same, strong, modified));
    EXPECT_FALSE(if_range_holds("", strong, now));
    EXPECT_FALSE(if_range_holds(same, Validators{.etag = "\"a\""}, now));
}

}  // namespace
}  // namespace hyperlane::http
