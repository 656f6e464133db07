#include <hyperlane/base/arena.hpp>
#include <hyperlane/base/sanitizer.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

TEST(Arena, GivesMemoryThatDoesNotOverlap) {
    Arena arena;
    std::mt19937 random(1);
    std::vector<std::pair<std::string_view, std::string>> copies;
    for (int i = 0; i < 2000; ++i) {
        std::string text(random() % 200, static_cast<char>('a' + i % 26));
        copies.emplace_back(arena.copy(text), text);
    }
    for (const auto& [copy, text] : copies) ASSERT_EQ(copy, text);
}

TEST(Arena, Aligns) {
    Arena arena;
    for (const std::size_t alignment : {1U, 2U, 8U, 16U, 64U, 256U}) {
        (void)arena.allocate_text(3);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(arena.allocate(10, alignment)) % alignment, 0U);
    }
}

TEST(Arena, TakesAnAllocationLargerThanItsBlocks) {
    Arena arena;
    char* large = arena.allocate_text(3 << 20);
    large[0] = large[(3 << 20) - 1] = 'x';
    EXPECT_EQ(arena.copy("after"), "after");
}

TEST(Arena, KeepsItsLargestBlockOverReset) {
    if (HYPERLANE_ASAN) GTEST_SKIP() << "the block goes back to the heap so that a use after reset is reported";
    Arena arena;
    (void)arena.allocate_text(100);
    const char* larger = arena.allocate_text(5000);
    (void)arena.allocate_text(1 << 20);  // too large to be kept
    arena.reset();
    EXPECT_EQ(arena.allocate_text(5000), larger);
    arena.reset();
    EXPECT_EQ(arena.allocate_text(5000), larger);
}

#ifndef NDEBUG
TEST(Arena, OverwritesReleasedMemoryInDebugBuilds) {
    if (HYPERLANE_ASAN) GTEST_SKIP() << "AddressSanitizer reports the use itself";
    Arena arena;
    const std::string_view copy = arena.copy("secret");
    arena.reset();
    EXPECT_NE(copy, "secret");
}
#endif

TEST(Arena, TrimGivesTheTailBack) {
    Arena arena;
    char* text = arena.allocate_text(100);
    arena.trim(text + 10);
    EXPECT_EQ(arena.allocate_text(5), text + 10);
}

TEST(Arena, CopiesAnEmptyTextWithoutMemory) {
    Arena arena;
    EXPECT_TRUE(arena.copy("").empty());
    arena.reset();
    EXPECT_EQ(arena.allocate_array<int>(4).size(), 4U);
}

}  // namespace
}  // namespace hyperlane
