#include <hyperlane/json/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace patch_test {

namespace json = hyperlane::json;

struct Place {
    std::string city;
};

struct Change {
    json::Patch<int> count;
    std::optional<std::string> title;
    json::Patch<Place> place;
    json::Patch<std::vector<int>> numbers;
    json::Patch<json::Value> any;
};

struct Tight {
    json::Patch<int> count = {};
    std::optional<int> empty = {};
};

}  // namespace patch_test

template <>
inline constexpr auto hyperlane::json::options<patch_test::Tight> =
    hyperlane::json::Type<patch_test::Tight>().omit_null();

namespace patch_test {

Change read(std::string_view text) {
    const auto change = hyperlane::from_json<Change>(text);
    EXPECT_TRUE(change) << text << ": " << (change ? "" : change.error().to_string());
    return change.value_or(Change{});
}

TEST(JsonPatch, AbsentNullAndAValueAreThreeThings_Rfc7396) {
    const Change absent = read("{}");
    EXPECT_TRUE(absent.count.is_absent());
    EXPECT_FALSE(absent.count.is_null());
    EXPECT_FALSE(absent.count);

    const Change null = read(R"({"count":null,"any":null})");
    EXPECT_FALSE(null.count.is_absent());
    EXPECT_TRUE(null.count.is_null());
    EXPECT_FALSE(null.count.has_value());
    EXPECT_TRUE(null.any.is_null());

    const Change set = read(R"({"count":7,"place":{"city":"Rome"},"numbers":[],"any":{"a":null}})");
    ASSERT_TRUE(set.count);
    EXPECT_EQ(*set.count, 7);
    ASSERT_TRUE(set.place);
    EXPECT_EQ(set.place->city, "Rome");
    EXPECT_TRUE(set.numbers.has_value());
    EXPECT_EQ(set.any->find("a")->kind(), json::ValueKind::null);
}

TEST(JsonPatch, WhatIsReadIsWrittenAgain) {
    for (const std::string_view text :
         {R"({"title":null})", R"({"count":null,"title":null})", R"({"count":1,"title":"t","place":{"city":"x"}})",
          R"({"title":null,"place":null,"numbers":[1],"any":null})"}) {
        EXPECT_EQ(hyperlane::to_json(read(text)), text);
    }
}

TEST(JsonPatch, NullIsWrittenWhereEmptyMembersAreLeftOut) {
    EXPECT_EQ(hyperlane::to_json(Tight{}), "{}");
    EXPECT_EQ(hyperlane::to_json(Tight{.count = nullptr}), R"({"count":null})");
    EXPECT_EQ(hyperlane::to_json(Tight{.count = 3, .empty = 4}), R"({"count":3,"empty":4})");
}

TEST(JsonPatch, WhatIsWrongInItIsNamed) {
    const auto change = hyperlane::from_json<Change>(R"({"place":{"city":1}})");
    ASSERT_FALSE(change);
    EXPECT_EQ(change.error().pointer, "/place/city");
}

TEST(JsonPatch, AppliesToAnOptional) {
    std::optional<int> target = 1;
    json::Patch<int>().apply_to(target);
    EXPECT_EQ(target, 1);
    json::Patch<int>(2).apply_to(target);
    EXPECT_EQ(target, 2);
    json::Patch<int>(nullptr).apply_to(target);
    EXPECT_EQ(target, std::nullopt);
}

TEST(JsonPatch, Compares) {
    EXPECT_EQ(json::Patch<int>(2), json::Patch<int>(2));
    EXPECT_NE(json::Patch<int>(), json::Patch<int>(nullptr));
    json::Patch<int> patch = 5;
    patch.reset();
    EXPECT_EQ(patch, json::Patch<int>(nullptr));
    patch.emplace() = 6;
    EXPECT_EQ(patch, json::Patch<int>(6));
}

}  // namespace patch_test
