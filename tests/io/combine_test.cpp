#include <hyperlane/io/combine.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

enum class How { value, failure, value_at_once, failure_at_once };

struct Steps {
    std::vector<std::string> ended;
};

Task<int> step(Steps* steps, How how, Duration length, int value) {
    try {
        if (how == How::value || how == How::failure) co_await sleep(length);
        if (how == How::failure || how == How::failure_at_once) throw std::runtime_error(std::to_string(value));
        steps->ended.push_back("value " + std::to_string(value));
        co_return value;
    } catch (const Cancelled&) {
        steps->ended.push_back("cancelled " + std::to_string(value));
        throw;
    }
}

Task<> nothing(Duration length) { co_await sleep(length); }

class Combine : public ::testing::Test {
protected:
    Loop loop{io::make_virtual_backend()};
    TimePoint begin = loop.now();
    io::CancelScope scope{&loop.scope()};
    Steps steps;

    Task<int> make(How how, Duration length, int value) { return step(&steps, how, length, value); }
};

TEST_F(Combine, JoinGivesAllResultsAfterTheLongest) {
    const auto results =
        testing::run(loop, join(make(How::value, 2s, 1), nothing(3s), make(How::value_at_once, 0s, 3)));
    EXPECT_EQ(results, (std::tuple(1, std::monostate(), 3)));
    EXPECT_EQ(loop.now() - begin, 3s);
}

TEST_F(Combine, JoinOfReadyTasksDoesNotSuspend) {
    const auto outcome = testing::start(loop, join(make(How::value_at_once, 0s, 1), make(How::value_at_once, 0s, 2)));
    testing::turn(loop);
    EXPECT_EQ(outcome->take(), std::tuple(1, 2));
}

TEST_F(Combine, JoinCancelsTheOthersWhenOneFailsAndThrowsTheFirstFailure) {
    try {
        (void)testing::run(loop, join(make(How::value, 5s, 1), make(How::failure, 1s, 2), make(How::failure, 2s, 3)));
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "2");
    }
    EXPECT_EQ(loop.now() - begin, 1s);
    EXPECT_EQ(steps.ended, (std::vector<std::string>{"cancelled 1", "cancelled 3"}));
}

TEST_F(Combine, JoinCancelsTheOthersWhenOneFailsAtOnce) {
    EXPECT_THROW((void)testing::run(loop, join(make(How::failure_at_once, 0s, 1), make(How::value, 1s, 2))),
                 std::runtime_error);
    EXPECT_EQ(steps.ended, std::vector<std::string>{"cancelled 2"});
    EXPECT_EQ(loop.now(), begin);
}

TEST_F(Combine, JoinIsCancelledFromAbove) {
    const auto outcome = testing::start(loop, join(make(How::value, 1s, 1), make(How::value, 2s, 2)), scope);
    testing::turn(loop);
    loop.post([&] { scope.cancel(); });
    testing::turn(loop);
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(steps.ended, (std::vector<std::string>{"cancelled 1", "cancelled 2"}));
}

TEST_F(Combine, JoinOfManyKeepsTheirOrder) {
    std::vector<Task<int>> tasks;
    for (int i = 0; i < 50; ++i) tasks.push_back(make(How::value, std::chrono::seconds(50 - i), i));
    const auto results = testing::run(loop, join(std::move(tasks)));
    ASSERT_EQ(results.size(), 50U);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)], i);
    EXPECT_TRUE(testing::run(loop, join(std::vector<Task<int>>())).empty());
}

Task<std::unique_ptr<int>> movable(int value) {
    co_await yield();
    co_return std::make_unique<int>(value);
}

TEST_F(Combine, ResultsMayBeMoveOnly) {
    const auto [one, two] = testing::run(loop, join(movable(1), movable(2)));
    EXPECT_EQ(*one + *two, 3);
    const auto first = testing::run(loop, when_any(movable(5), nothing(1s)));
    EXPECT_EQ(*std::get<0>(first), 5);
}

TEST_F(Combine, WhenAnyGivesTheFirstAndCancelsTheOthers) {
    const auto first = testing::run(loop, when_any(make(How::value, 3s, 1), make(How::value, 1s, 2), nothing(2s)));
    EXPECT_EQ(first.index(), 1U);
    EXPECT_EQ(std::get<1>(first), 2);
    EXPECT_EQ(loop.now() - begin, 1s);
    EXPECT_EQ(steps.ended, (std::vector<std::string>{"value 2", "cancelled 1"}));
}

TEST_F(Combine, WhenAnyDoesNotStartWhatComesAfterAReadyOne) {
    const auto first = testing::run(
        loop, when_any(make(How::value, 1s, 1), make(How::value_at_once, 0s, 2), make(How::value_at_once, 0s, 3)));
    EXPECT_EQ(std::get<1>(first), 2);
    EXPECT_EQ(steps.ended, (std::vector<std::string>{"value 2", "cancelled 1"}));
}

TEST_F(Combine, WhenAnyTakesTheFirstOfTwoThatEndAtTheSameTime) {
    const auto first = testing::run(loop, when_any(make(How::value, 1s, 1), make(How::value, 1s, 2)));
    EXPECT_EQ(first.index(), 0U);
    EXPECT_EQ(steps.ended, (std::vector<std::string>{"value 1", "cancelled 2"}));
}

TEST_F(Combine, WhenAnyThrowsAFailureThatComesFirst) {
    EXPECT_THROW((void)testing::run(loop, when_any(make(How::value, 2s, 1), make(How::failure, 1s, 2))),
                 std::runtime_error);
    EXPECT_EQ(steps.ended, std::vector<std::string>{"cancelled 1"});
}

TEST_F(Combine, WhenAnyForgetsAFailureThatComesLater) {
    const auto first = testing::run(loop, when_any(make(How::value, 1s, 1), make(How::failure, 2s, 2)));
    EXPECT_EQ(std::get<0>(first), 1);
}

TEST_F(Combine, WhenAnyIsCancelledFromAbove) {
    const auto outcome = testing::start(loop, when_any(make(How::value, 1s, 1), nothing(2s)), scope);
    testing::turn(loop);
    loop.post([&] { scope.cancel(); });
    testing::turn(loop);
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(steps.ended, std::vector<std::string>{"cancelled 1"});
}

Task<> gives_up() {
    co_await yield();
    throw Cancelled{};
}

TEST_F(Combine, ATaskThatThrowsCancelledByItselfCancelsTheOthers) {
    EXPECT_THROW((void)testing::run(loop, join(make(How::value, 1s, 1), gives_up())), Cancelled);
    EXPECT_EQ(steps.ended, std::vector<std::string>{"cancelled 1"});
    EXPECT_EQ(loop.now(), begin);
}

}  // namespace
}  // namespace hyperlane
