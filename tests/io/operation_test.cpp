/// The budget of ready awaits: no coroutine owns its loop.

#include <hyperlane/io/channel.hpp>
#include <hyperlane/io/combine.hpp>
#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/io/mutex.hpp>
#include <hyperlane/io/offload.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>
#include "io/hog.hpp"
#include "io/run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;
using testing::expect_shared;
using testing::Hog;

class ReadyAwaits : public ::testing::Test {
protected:
    Loop loop{io::make_virtual_backend()};
};

Task<> pass_one(Channel<int>* channel) {
    const auto sent = co_await channel->send(1);
    EXPECT_TRUE(sent);
    const auto got = co_await channel->receive();
    EXPECT_TRUE(got);
}

Task<> hold(Mutex* mutex) { const auto guard = co_await mutex->lock(); }
Task<> hold_place(Semaphore* semaphore) { const auto permit = co_await semaphore->acquire(); }

Task<> draw_twice() {
    co_await yield_when_due();
    co_await yield_when_due();
}

Task<> nothing() { co_return; }

Task<> idle_scope() {
    Scope scope;
    co_await scope.join();
}

Task<> two_at_once() { co_await join(draw_twice(), draw_twice()); }
Task<> first_of_two() { co_await when_any(draw_twice(), draw_twice()); }
Task<> in_time() { (void)co_await timeout(1h, draw_twice()); }
Task<> in_a_task_of_its_own() {
    auto handle = spawn(draw_twice);
    co_await handle.join();
}

TEST_F(ReadyAwaits, OfAChannelShareTheLoop) {
    Channel<int> channel(1);
    expect_shared(loop, [&] { return pass_one(&channel); }, 2);
    channel.close();
    expect_shared(loop, [&] { return channel.receive(); });
    expect_shared(loop, [&] { return channel.send(1); });
}

TEST_F(ReadyAwaits, OfMutexesShareTheLoop) {
    Mutex mutex;
    expect_shared(loop, [&] { return hold(&mutex); });
    Semaphore semaphore(2);
    expect_shared(loop, [&] { return hold_place(&semaphore); });
}

TEST_F(ReadyAwaits, OfTasksThatHaveEndedShareTheLoop) {
    std::optional<JoinHandle<void>> handle;
    loop.post([&] { handle.emplace(spawn(nothing)); });
    testing::turn(loop);
    ASSERT_TRUE(handle && handle->done());
    expect_shared(loop, [&] { return handle->join(); });
    expect_shared(loop, idle_scope);
    expect_shared(loop, in_a_task_of_its_own, 3);
}

TEST_F(ReadyAwaits, InCombinationsShareTheLoop) {
    expect_shared(loop, two_at_once, 4);
    expect_shared(loop, first_of_two, 2);
    expect_shared(loop, in_time, 2);
}

TEST_F(ReadyAwaits, OfTimeShareTheLoop) {
    expect_shared(loop, [] { return yield(); }, io::ready_budget);
    expect_shared(loop, [] { return sleep(Duration::zero()); }, io::ready_budget);
    expect_shared(loop, [] { return yield_when_due(); });
}

TEST_F(ReadyAwaits, OfADescriptorThatCannotBeWatchedShareTheLoop) {
    expect_shared(loop, [] { return readable(0); });
}

// Whose turn it is: all get on, and no turn gets longer for their number.
TEST_F(ReadyAwaits, OfManyCoroutinesTakeTurns) {
    std::vector<std::shared_ptr<Hog>> hogs;
    std::vector<std::shared_ptr<testing::Outcome<void>>> outcomes;
    for (int i = 0; i < 100; ++i) {
        hogs.push_back(std::make_shared<Hog>());
        outcomes.push_back(
            testing::start(loop, testing::await_again_and_again(hogs.back(), [] { return yield_when_due(); })));
    }
    const auto all = [&] {
        std::size_t sum = 0;
        for (const auto& hog : hogs) sum += hog->awaits;
        return sum;
    };
    testing::turn(loop);
    std::size_t most = 0;
    const auto neighbour = testing::start(loop, [](auto sum, std::size_t* out) -> Task<> {
        for (int i = 0; i < 100; ++i) {
            const std::size_t before = sum();
            co_await yield();
            *out = std::max(*out, sum() - before);
        }
    }(all, &most));
    loop.run_until([&] { return neighbour->ended; });
    EXPECT_LE(most, 5 * io::ready_budget + 100);
    const auto [least, greatest] = std::minmax_element(
        hogs.begin(), hogs.end(), [](const auto& a, const auto& b) { return a->awaits < b->awaits; });
    EXPECT_GT((*least)->awaits, io::ready_budget);
    EXPECT_LE((*greatest)->awaits - (*least)->awaits, 2 * io::ready_budget);
    for (const auto& hog : hogs) hog->stop = true;
    testing::settle(loop);
    for (const auto& outcome : outcomes) EXPECT_TRUE(outcome->ended);
}

TEST_F(ReadyAwaits, WithinTheBudgetNeverSuspend) {
    Channel<int> channel(1);
    bool others_ran = false;
    const auto task = testing::start(loop, [](Channel<int>* pass, bool* others) -> Task<bool> {
        co_await yield();  // a full budget from here on
        Loop::current()->post([others] { *others = true; });
        for (std::uint32_t i = 0; i < io::ready_budget / 2; ++i) co_await pass_one(pass);
        co_return *others;
    }(&channel, &others_ran));
    testing::settle(loop);
    EXPECT_FALSE(task->take());
    EXPECT_TRUE(others_ran);
}

// What is begun later may find that it has to wait after all, and is one of those that wait then.
TEST_F(ReadyAwaits, ThatAreNotReadyAnyMoreInTheirTurnWait) {
    Channel<int> channel(1);
    std::vector<int> got;
    const auto receiver = testing::start(loop, [](Channel<int>* from, std::vector<int>* out) -> Task<> {
        co_await yield();
        for (std::uint32_t i = 0; i < io::ready_budget; ++i) co_await yield_when_due();
        while (const auto value = co_await from->receive()) out->push_back(*value);
    }(&channel, &got));
    for (int i = 0; i < 5; ++i) testing::turn(loop);
    EXPECT_FALSE(receiver->ended);
    ASSERT_TRUE(channel.try_send(7));
    testing::turn(loop);
    EXPECT_EQ(got, std::vector<int>{7});
    channel.close();
    testing::settle(loop);
    EXPECT_TRUE(receiver->ended);
}

TEST(ReadyAwaitsOfARealLoop, LetItsTimersFire) {
    Loop loop(*io::make_epoll_backend());
    const auto hog = std::make_shared<Hog>();
    const auto hogging = testing::start(loop, testing::await_again_and_again(hog, [] { return yield_when_due(); }));
    const auto timer = testing::start(loop, [](std::shared_ptr<Hog> stop) -> Task<> {
        co_await sleep(1ms);
        stop->stop = true;
    }(hog));
    loop.run_until([&] { return hogging->ended && timer->ended; });
    EXPECT_TRUE(hog->shares());
}

}  // namespace
}  // namespace hyperlane
