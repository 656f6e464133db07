#include <hyperlane/io/mutex.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

class Turns : public ::testing::Test {
protected:
    Loop loop{io::make_virtual_backend()};
    io::CancelScope scope{&loop.scope()};
    std::vector<int> order;
};

Task<> critical(Mutex* mutex, std::vector<int>* order, int number) {
    const auto guard = co_await mutex->lock();
    EXPECT_TRUE(mutex->locked());
    order->push_back(number);
    co_await sleep(1s);
    order->push_back(number);
}

TEST_F(Turns, AMutexLetsInOneAtATimeInTheOrderOfAsking) {
    Mutex mutex;
    const TimePoint begin = loop.now();
    for (int i = 0; i < 4; ++i) testing::start(loop, critical(&mutex, &order, i));
    testing::settle(loop);
    EXPECT_EQ(order, (std::vector{0, 0, 1, 1, 2, 2, 3, 3}));
    EXPECT_EQ(loop.now() - begin, 4s);
    EXPECT_FALSE(mutex.locked());
}

TEST_F(Turns, ACancelledWaiterLosesItsTurnAndACancelledHolderGivesTheLockBack) {
    Mutex mutex;
    io::CancelScope holder_scope;
    const auto holder = testing::start(loop, critical(&mutex, &order, 0), holder_scope);
    const auto waiter = testing::start(loop, critical(&mutex, &order, 1), scope);
    const auto next = testing::start(loop, critical(&mutex, &order, 2));
    testing::turn(loop);
    loop.post([&] {
        scope.cancel();
        holder_scope.cancel();
    });
    testing::settle(loop);
    EXPECT_TRUE(holder->cancelled && waiter->cancelled);
    EXPECT_EQ(order, (std::vector{0, 2, 2}));
    EXPECT_FALSE(mutex.locked());
}

TEST_F(Turns, AWaiterThatIsCancelledInTheTurnInWhichItIsGrantedKeepsTheGrant) {
    Semaphore semaphore(1);
    const auto task = [](Semaphore* from) -> Task<> { const auto permit = co_await from->acquire(); };
    const auto take = [](Semaphore* from) -> Task<Semaphore::Permit> { co_return co_await from->acquire(); };
    auto held = testing::run(loop, take(&semaphore));
    const auto waiter = testing::start(loop, task(&semaphore), scope);
    testing::turn(loop);
    loop.post([&] {
        held.release();
        scope.cancel();
    });
    testing::turn(loop);
    EXPECT_TRUE(waiter->ended);
    EXPECT_FALSE(waiter->cancelled);
    EXPECT_EQ(semaphore.available(), 1U);
}

Task<> count_inside(Semaphore* semaphore, int* inside, int* most) {
    const auto permit = co_await semaphore->acquire();
    *most = std::max(*most, ++*inside);
    co_await sleep(1s);
    --*inside;
}

TEST_F(Turns, ASemaphoreBoundsHowManyAreInside) {
    Semaphore semaphore(3);
    int inside = 0, most = 0;
    for (int i = 0; i < 10; ++i) testing::start(loop, count_inside(&semaphore, &inside, &most));
    testing::settle(loop);
    EXPECT_EQ(most, 3);
    EXPECT_EQ(semaphore.available(), 3U);
}

TEST_F(Turns, AGivenBackPlaceCannotBeSnatchedByANewcomer) {
    Mutex mutex;
    const auto take = [](Mutex* from) -> Task<Mutex::Guard> { co_return co_await from->lock(); };
    auto held = testing::run(loop, take(&mutex));
    const auto waiter = testing::start(loop, critical(&mutex, &order, 1));
    testing::turn(loop);
    loop.post([&] {
        held.release();
        held.release();
        EXPECT_TRUE(mutex.locked());
        io::CancelScope* none = nullptr;
        testing::drive(none, critical(&mutex, &order, 2), std::make_shared<testing::Outcome<void>>());
    });
    testing::settle(loop);
    EXPECT_EQ(order, (std::vector{1, 1, 2, 2}));
}

TEST_F(Turns, APermitMovesItsPlace) {
    Semaphore semaphore(2);
    const auto take = [](Semaphore* from) -> Task<Semaphore::Permit> { co_return co_await from->acquire(); };
    {
        auto one = testing::run(loop, take(&semaphore));
        auto two = testing::run(loop, take(&semaphore));
        EXPECT_EQ(semaphore.available(), 0U);
        one = std::move(two);
        EXPECT_EQ(semaphore.available(), 1U);
    }
    EXPECT_EQ(semaphore.available(), 2U);
}

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

TEST_F(Turns, AWaiterThatIsDestroyedAfterItsGrantGivesThePlaceBack) {
    Mutex mutex;
    const auto take = [](Mutex* from) -> Task<Mutex::Guard> { co_return co_await from->lock(); };
    auto held = testing::run(loop, take(&mutex));
    bool done = false;
    loop.post([&] {
        const Root root = start_root(critical(&mutex, &order, 1));
        held.release();
        root.frame.destroy();
        done = true;
    });
    loop.run_until([&] { return done; });
    EXPECT_FALSE(mutex.locked());
    EXPECT_TRUE(order.empty());
}

}  // namespace
}  // namespace hyperlane
