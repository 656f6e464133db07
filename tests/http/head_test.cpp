#include <hyperlane/http/head.hpp>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

TEST(MessageHead, FindsTheFirstFieldOfAName) {
    const char* base = "Aabcdx";
    Field fields[3]{{{0, 1}, {2, 1}}, {{1, 1}, {3, 1}}, {{4, 1}, {5, 1}}};
    RequestHead head{std::span<Field>(fields)};
    head.field_count = 2;
    ASSERT_NE(head.find(base, "a"), nullptr);
    EXPECT_EQ(head.find(base, "A")->value(base), "b");
    EXPECT_EQ(head.find(base, "d"), nullptr);  // beyond field_count
    EXPECT_EQ(head.find(base, ""), nullptr);
}

TEST(MessageHead, PathOfAnAbsoluteTargetIsNeverEmpty_Rfc9112_3_2_2) {
    RequestHead head;
    head.form = TargetForm::absolute;
    EXPECT_EQ(head.path(""), "/");
    head.form = TargetForm::authority;
    EXPECT_EQ(head.path(""), "");
}

}  // namespace
}  // namespace hyperlane::http
