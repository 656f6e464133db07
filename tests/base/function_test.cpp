#include <hyperlane/base/function.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

int twice(int number) { return 2 * number; }

/// Counts how many of it there are.
class Counted {
public:
    explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
    Counted(const Counted& other) : alive_(other.alive_) { ++*alive_; }
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --*alive_; }

    int operator()() const { return *alive_; }

private:
    int* alive_;
};

TEST(Function, CallsAPointerToAFunction) {
    const Function<int(int)> function = twice;
    EXPECT_EQ(function(21), 42);
    const Function<int(int)> from_pointer = &twice;
    EXPECT_EQ(from_pointer(4), 8);
}

TEST(Function, CallsALambdaThatFitsIntoIt) {
    int sum = 0;
    const Function<void(int)> function = [&sum](int number) { sum += number; };
    function(1);
    function(2);
    EXPECT_EQ(sum, 3);
}

TEST(Function, CallsALambdaThatIsTooLargeForIt) {
    const std::array<int, 20> numbers{1, 2, 3};
    Function<int(std::size_t)> function = [numbers](std::size_t at) { return numbers[at]; };
    EXPECT_EQ(function(1), 2);
    const Function<int(std::size_t)> moved = std::move(function);
    EXPECT_EQ(moved(2), 3);
}

TEST(Function, HoldsWhatCannotBeCopied) {
    Function<int()> function = [number = std::make_unique<int>(7)] { return *number; };
    EXPECT_EQ(function(), 7);
    const Function<int()> moved(std::move(function));
    EXPECT_EQ(moved(), 7);
}

TEST(Function, MovesWhatItHoldsInItselfAndNeedsADestructor) {
    auto shared = std::make_shared<int>(7);
    {
        Function<int()> first = [shared] { return *shared; };
        EXPECT_EQ(shared.use_count(), 2);
        Function<int()> second = std::move(first);
        EXPECT_EQ(shared.use_count(), 2);
        EXPECT_EQ(second(), 7);
        first = std::move(second);
        EXPECT_EQ(first(), 7);
        EXPECT_EQ(shared.use_count(), 2);
    }
    EXPECT_EQ(shared.use_count(), 1);
}

TEST(Function, IsEmptyByDefaultFromNullAndAfterItWasMovedFrom) {
    EXPECT_FALSE(Function<void()>());
    EXPECT_FALSE(Function<void()>(nullptr));
    int (*none)(int) = nullptr;
    EXPECT_FALSE(Function<int(int)>(none));
    Function<int(int)> function = twice;
    EXPECT_TRUE(function);
    const Function<int(int)> taken = std::move(function);
    EXPECT_TRUE(taken);
    EXPECT_FALSE(function);  // NOLINT(bugprone-use-after-move): a moved-from one is empty
    Function<int(int)> cleared = twice;
    cleared = nullptr;
    EXPECT_FALSE(cleared);
}

TEST(Function, DestroysWhatItHoldsOnce) {
    int alive = 0;
    {
        Function<int()> first = Counted(alive);
        EXPECT_EQ(alive, 1);
        Function<int()> second = std::move(first);
        EXPECT_EQ(second(), 1);
        second = Counted(alive);
        EXPECT_EQ(second(), 1);
        Function<int()> third;
        third = std::move(second);
        EXPECT_EQ(alive, 1);
        third = nullptr;
        EXPECT_EQ(alive, 0);
        second = Counted(alive);
    }
    EXPECT_EQ(alive, 0);
}

TEST(Function, SurvivesAssignmentToItself) {
    Function<std::string()> function = [text = std::string(100, 'x')] { return text; };
    Function<std::string()>& same = function;
    function = std::move(same);
    ASSERT_TRUE(function);
    EXPECT_EQ(function(), std::string(100, 'x'));
}

TEST(Function, ReplacesItselfWhileWhatWasThereIsDestroyed) {
    // A destructor that looks at the function must find the new content, not what is going away.
    Function<int()> function;
    bool looked = false;
    struct Looks {
        Function<int()>* at;
        bool* looked;
        Looks(Function<int()>* function, bool* done) : at(function), looked(done) {}
        Looks(Looks&& other) noexcept : at(std::exchange(other.at, nullptr)), looked(other.looked) {}
        ~Looks() {
            if (at != nullptr) *looked = (*at)() == 2;
        }
        int operator()() const { return 1; }
    };
    function = Looks(&function, &looked);
    function = [] { return 2; };
    EXPECT_TRUE(looked);
}

TEST(Function, MayChangeWhatItHoldsThoughItIsConst) {
    const Function<int()> small = [count = 0]() mutable { return ++count; };
    EXPECT_EQ(small(), 1);
    EXPECT_EQ(small(), 2);
    const Function<std::size_t()> large = [text = std::string("x")]() mutable { return (text += 'x').size(); };
    EXPECT_EQ(large(), 2U);
    EXPECT_EQ(large(), 3U);
}

TEST(Function, PassesArgumentsOnWithoutCopies) {
    const Function<std::string(std::unique_ptr<std::string>)> takes = [](std::unique_ptr<std::string> text) {
        return *text;
    };
    EXPECT_EQ(takes(std::make_unique<std::string>("moved")), "moved");
    const Function<const void*(const std::string&)> address = [](const std::string& text) -> const void* {
        return &text;
    };
    const std::string text;
    EXPECT_EQ(address(text), &text);
    const Function<void(int&)> changes = [](int& number) { ++number; };
    int number = 1;
    changes(number);
    EXPECT_EQ(number, 2);
}

TEST(Function, ConvertsWhatIsReturned) {
    const Function<std::string(int)> function = [](int) { return "text"; };
    EXPECT_EQ(function(1), "text");
    int calls = 0;
    const Function<void()> ignores = [&calls] { return ++calls; };
    ignores();
    EXPECT_EQ(calls, 1);
    int place = 0;
    const Function<int&()> reference = [&place]() -> int& { return place; };
    reference() = 5;
    EXPECT_EQ(place, 5);
}

TEST(Function, TakesOnlyWhatCanBeCalledSo) {
    using Takes = Function<int(std::string_view)>;
    static_assert(std::is_constructible_v<Takes, int (*)(std::string_view)>);
    static_assert(std::is_constructible_v<Takes, char (*)(const std::string_view&)>);
    static_assert(!std::is_constructible_v<Takes, int (*)(int)>);
    static_assert(!std::is_constructible_v<Takes, std::string (*)(std::string_view)>);
    static_assert(!std::is_constructible_v<Takes, int>);
    static_assert(!std::is_copy_constructible_v<Takes>);
    static_assert(std::is_nothrow_move_constructible_v<Takes>);
    static_assert(!std::is_convertible_v<Takes, bool>);
}

TEST(FunctionDeathTest, RefusesToCallNothing) {
#ifndef NDEBUG
    const Function<void()> none;
    EXPECT_DEATH(none(), "an empty Function was called");
#else
    GTEST_SKIP() << "asserted in debug builds only";
#endif
}

}  // namespace
}  // namespace hyperlane
