#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

class Time : public ::testing::Test {
protected:
    Loop loop{io::make_virtual_backend()};
    TimePoint begin = loop.now();
    io::CancelScope scope{&loop.scope()};
};

Task<int> value_after(Duration length, int value) {
    co_await sleep(length);
    co_return value;
}

Task<int> failure_after(Duration length) {
    co_await sleep(length);
    throw std::runtime_error("failed");
}

Task<int> deaf(Duration length) {
    try {
        co_await sleep(1h);
    } catch (const Cancelled&) {
    }
    io::CancelScope shield;
    co_return co_await value_after(length, 9).below(shield);
}

TEST_F(Time, SleepTakesAsLongAsAsked) {
    EXPECT_EQ(testing::run(loop, value_after(3h, 1)), 1);
    EXPECT_EQ(loop.now() - begin, 3h);
}

TEST_F(Time, SleepOfNothingOrLessLetsOthersRunFirst) {
    for (const Duration length : {Duration(0), Duration(-5s), Duration::min()}) {
        std::vector<int> order;
        const auto task = [](std::vector<int>* out, Duration asked) -> Task<> {
            co_await sleep(asked);
            out->push_back(2);
        };
        const auto outcome = testing::start(loop, task(&order, length));
        loop.post([&] { order.push_back(1); });
        testing::settle(loop);
        EXPECT_EQ(order, (std::vector{1, 2}));
        EXPECT_EQ(loop.now(), begin);
    }
}

TEST_F(Time, SleepOfForeverCanBeCancelled) {
    const auto outcome = testing::start(loop, value_after(Duration::max(), 1), scope);
    testing::turn(loop);
    loop.post([&] { scope.cancel(); });
    testing::turn(loop);
    EXPECT_TRUE(outcome->cancelled);
}

TEST_F(Time, TimeoutGivesTheValueOfATaskThatIsInTime) {
    const auto result = testing::run(loop, timeout(2s, value_after(1s, 7)));
    EXPECT_EQ(result.value(), 7);
    EXPECT_EQ(loop.now() - begin, 1s);
    testing::settle(loop);
    EXPECT_EQ(loop.now() - begin, 1s) << "the deadline is still armed";
}

TEST_F(Time, TimeoutCancelsATaskThatIsLate) {
    const auto result = testing::run(loop, timeout(2s, value_after(3s, 7)));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::timed_out);
    EXPECT_EQ(result.error().message, "not done after 2000 ms");
    EXPECT_EQ(loop.now() - begin, 2s);
}

TEST_F(Time, TimeoutThrowsWhatTheTaskThrew) {
    EXPECT_THROW((void)testing::run(loop, timeout(2s, failure_after(1s))), std::runtime_error);
}

TEST_F(Time, TimeoutWaitsUntilTheTaskHasUnwoundAndKeepsItsValue) {
    const auto result = testing::run(loop, timeout(2s, deaf(5s)));
    EXPECT_EQ(result.value(), 9);
    EXPECT_EQ(loop.now() - begin, 7s);
}

TEST_F(Time, TimeoutPassesOnACancellationFromAbove) {
    const auto outcome = testing::start(loop, timeout(2s, value_after(3s, 7)), scope);
    testing::turn(loop);
    loop.post([&] { scope.cancel(); });
    testing::turn(loop);
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(loop.now(), begin);
}

TEST_F(Time, TimeoutOfNothingStillGivesTheValueOfATaskThatDoesNotSuspend) {
    const auto ready = []() -> Task<int> { co_return 4; };
    EXPECT_EQ(testing::run(loop, timeout(0s, ready())).value(), 4);
    EXPECT_FALSE(testing::run(loop, timeout(0s, value_after(1s, 4))));
}

TEST_F(Time, TheInnerOneOfTwoTimeoutsFails) {
    const auto result = testing::run(loop, timeout(5s, timeout(1s, value_after(9s, 1))));
    ASSERT_TRUE(result);
    ASSERT_FALSE(*result);
    EXPECT_EQ(loop.now() - begin, 1s);
}

TEST_F(Time, TheOuterOneOfTwoTimeoutsFailsAlone) {
    const auto result = testing::run(loop, timeout(1s, timeout(5s, value_after(9s, 1))));
    EXPECT_FALSE(result);
    EXPECT_EQ(loop.now() - begin, 1s);
}

TEST_F(Time, TimeoutOfATaskWithoutAValue) {
    const auto nothing = [](Duration length) -> Task<> { co_await sleep(length); };
    EXPECT_TRUE(testing::run(loop, timeout(2s, nothing(1s))));
    EXPECT_FALSE(testing::run(loop, timeout(2s, nothing(3s))));
}

TEST_F(Time, YieldLetsTheOthersTakeTheirTurn) {
    std::string order;
    const auto task = [](std::string* out, char name) -> Task<> {
        for (int i = 0; i < 3; ++i) {
            *out += name;
            co_await yield();
        }
    };
    const auto a = testing::start(loop, task(&order, 'a'));
    const auto b = testing::start(loop, task(&order, 'b'));
    testing::settle(loop);
    EXPECT_EQ(order, "ababab");
}

}  // namespace
}  // namespace hyperlane
