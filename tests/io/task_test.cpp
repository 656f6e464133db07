#include <hyperlane/base/sanitizer.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <coroutine>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

class Tasks : public ::testing::Test {
protected:
    Loop loop{io::make_virtual_backend()};
};

struct Tracked {
    explicit Tracked(int& count) : alive(&count) { ++*alive; }
    Tracked(Tracked&& other) noexcept : alive(other.alive) { ++*alive; }
    Tracked& operator=(Tracked&&) = delete;
    ~Tracked() { --*alive; }
    int* alive;
};

Task<int> ready(int value) { co_return value; }

Task<int> later(int value) {
    co_await yield();
    co_return value;
}

Task<int> sum(int count, bool suspend) {
    int total = 0;
    for (int i = 0; i < count; ++i) {
        if (suspend) {
            total += co_await later(1);
        } else {
            total += co_await ready(1);
        }
    }
    co_return total;
}

TEST_F(Tasks, AMillionReadyAwaitsDoNotGrowTheStack) { EXPECT_EQ(testing::run(loop, sum(1'000'000, false)), 1'000'000); }

TEST_F(Tasks, AMillionAwaitsThatSuspendDoNotGrowTheStack) {
    EXPECT_EQ(testing::run(loop, sum(1'000'000, true)), 1'000'000);
}

Task<int> nested(int levels, bool suspend) {
    if (levels == 0) {
        if (suspend) co_await yield();
        co_return 0;
    }
    co_return 1 + co_await nested(levels - 1, suspend);
}

// As with functions, each level takes stack while it starts or ends: AddressSanitizer makes that some kilobytes.
TEST_F(Tasks, NestTenThousandLevelsDeep) {
    const int levels = HYPERLANE_ASAN ? 1'000 : 10'000;
    EXPECT_EQ(testing::run(loop, nested(levels, false)), levels);
    EXPECT_EQ(testing::run(loop, nested(levels, true)), levels);
}

TEST_F(Tasks, DoNothingUntilTheyAreAwaited) {
    bool ran = false;
    const auto body = [&]() -> Task<> {
        ran = true;
        co_return;
    };
    {
        auto task = body();
        EXPECT_FALSE(ran);
    }
    EXPECT_FALSE(ran);
}

Task<std::unique_ptr<std::string>> make_text(bool suspend) {
    if (suspend) co_await yield();
    co_return std::make_unique<std::string>("moved");
}

TEST_F(Tasks, ReturnValuesThatCanOnlyBeMoved) {
    EXPECT_EQ(*testing::run(loop, make_text(false)), "moved");
    EXPECT_EQ(*testing::run(loop, make_text(true)), "moved");
}

struct Immovable {
    explicit Immovable(int v) : value(v) {}
    Immovable(Immovable&& other) noexcept : value(other.value) {}
    Immovable& operator=(Immovable&&) = delete;
    int value;
};

Task<Immovable> make_without_default() { co_return Immovable(3); }
Task<std::pair<int, int>> make_from_braces() { co_return {1, 2}; }

TEST_F(Tasks, ReturnValuesWithoutDefaultOrAssignment) {
    EXPECT_EQ(testing::run(loop, make_without_default()).value, 3);
    EXPECT_EQ(testing::run(loop, make_from_braces()), std::pair(1, 2));
}

Task<int> thrower(bool suspend) {
    if (suspend) co_await yield();
    throw std::runtime_error("from below");
}

Task<std::string> catcher(bool suspend) {
    try {
        co_await thrower(suspend);
    } catch (const std::runtime_error& error) {
        co_return error.what();
    }
    co_return "nothing";
}

TEST_F(Tasks, ThrowWhatTheirCoroutineThrew) {
    for (const bool suspend : {false, true}) {
        EXPECT_EQ(testing::run(loop, catcher(suspend)), "from below");
        EXPECT_THROW(testing::run(loop, thrower(suspend)), std::runtime_error);
    }
}

Task<> hold([[maybe_unused]] Tracked parameter, int& alive) {
    const Tracked local(alive);
    co_await sleep(1h);
}

Task<> hold_below(int& alive) {
    const Tracked local(alive);
    co_await hold(Tracked(alive), alive);
}

TEST_F(Tasks, OneThatNeverStartedDestroysItsParameters) {
    int alive = 0;
    {
        auto task = hold(Tracked(alive), alive);
        EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
}

/// Starts a task by hand, as no user of the framework does, to destroy it while it is suspended.
struct Root {
    struct promise_type final : io::PromiseBase {
        Root get_return_object() { return Root{std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_always final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept {}
    };
    std::coroutine_handle<promise_type> frame;
};

Root start_root(Task<> task) { co_await std::move(task); }

TEST_F(Tasks, OneThatIsDestroyedWhileSuspendedUnwindsItsFramesAndDisarmsItsTimers) {
    int alive = 0;
    Root root{};
    bool started = false;
    loop.post([&] {
        root = start_root(hold_below(alive));
        started = true;
    });
    loop.run_until([&] { return started; });
    EXPECT_EQ(alive, 4) << "two locals, a parameter, and the temporary it was moved from";
    root.frame.destroy();
    EXPECT_EQ(alive, 0);
    EXPECT_FALSE(loop.run_until([] { return false; }));
}

TEST_F(Tasks, OneThatIsDestroyedWhileQueuedToResumeLeavesTheQueue) {
    Root root{};
    bool destroyed = false;
    bool resumed = false;
    const auto body = [&]() -> Task<> {
        co_await yield();
        resumed = true;
    };
    loop.post([&] {
        root = start_root(body());
        root.frame.destroy();
        destroyed = true;
    });
    loop.run_until([&] { return destroyed; });
    testing::settle(loop);
    EXPECT_FALSE(resumed);
}

TEST_F(Tasks, AssignmentDestroysTheFormerFrame) {
    int alive = 0;
    auto task = hold(Tracked(alive), alive);
    task = hold_below(alive);
    EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace hyperlane
