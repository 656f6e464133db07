#include <hyperlane/base/arena.hpp>
#include <hyperlane/web/attributes.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace hyperlane::web {
namespace {

TEST(Attributes, KeepValuesByNameAndType) {
    Arena arena;
    Attributes attributes;
    attributes.set("a", 1, arena);
    attributes.set("a", std::string("text"), arena);
    attributes.set("b", 2, arena);
    EXPECT_EQ(*attributes.find<int>("a"), 1);
    EXPECT_EQ(*attributes.find<std::string>("a"), "text");
    EXPECT_EQ(*attributes.find<int>("b"), 2);
    EXPECT_EQ(attributes.find<long>("a"), nullptr);
    EXPECT_EQ(attributes.find<int>("c"), nullptr);
    attributes.set("a", 3, arena);
    EXPECT_EQ(*attributes.find<int>("a"), 3);
}

TEST(Attributes, CopyTheNameTheyAreGiven) {
    Arena arena;
    Attributes attributes;
    std::string name = "name";
    attributes.set(name, 1, arena);
    name = "gone";
    EXPECT_NE(attributes.find<int>("name"), nullptr);
}

TEST(Attributes, DestroyEveryValueOnce) {
    const auto token = std::make_shared<int>(0);
    Arena arena;
    {
        Attributes attributes;
        attributes.set("a", token, arena);
        attributes.set("b", token, arena);
        attributes.set("b", token, arena);
        EXPECT_EQ(token.use_count(), 3);
        attributes.clear();
        EXPECT_EQ(token.use_count(), 1);
        attributes.set("c", token, arena);
    }
    EXPECT_EQ(token.use_count(), 1);
}

struct alignas(64) Wide {
    char bytes[64] = {};
};

TEST(Attributes, RespectAlignment) {
    Arena arena;
    Attributes attributes;
    attributes.set("x", 'x', arena);
    attributes.set("wide", Wide(), arena);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(attributes.find<Wide>("wide")) % 64, 0u);
}

}  // namespace
}  // namespace hyperlane::web
