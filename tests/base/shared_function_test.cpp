#include <hyperlane/base/shared_function.hpp>

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

TEST(SharedFunction, CopiesShareWhatTheyCall) {
    const SharedFunction<int()> first = [count = 0]() mutable { return ++count; };
    const SharedFunction<int()> second =
        first;  // NOLINT(performance-unnecessary-copy-initialization): this is the test
    EXPECT_EQ(first(), 1);
    EXPECT_EQ(second(), 2);
}

TEST(SharedFunction, HoldsWhatCannotBeCopiedAndPassesArgumentsOn) {
    SharedFunction<std::string(std::unique_ptr<int>)> function =
        [suffix = std::make_unique<std::string>("!")](std::unique_ptr<int> number) {
            return std::to_string(*number) + *suffix;
        };
    const auto copy = function;
    function = nullptr;
    EXPECT_FALSE(function);
    EXPECT_EQ(copy(std::make_unique<int>(7)), "7!");
}

TEST(SharedFunction, IsEmptyFromWhatIsEmpty) {
    EXPECT_FALSE(SharedFunction<void()>());
    EXPECT_FALSE(SharedFunction<void()>(nullptr));
    EXPECT_FALSE(SharedFunction<void()>(Function<void()>()));
    void (*none)() = nullptr;
    EXPECT_FALSE(SharedFunction<void()>(none));
}

}  // namespace
}  // namespace hyperlane
