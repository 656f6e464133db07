#include <hyperlane/io/cancellation.hpp>
#include <hyperlane/io/channel.hpp>
#include <hyperlane/io/combine.hpp>
#include <hyperlane/io/mutex.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

struct Counter final : io::CancelHook {
    void on_cancel() noexcept override { ++told; }
    int told = 0;
};

TEST(CancelScope, TellsWhatIsRegisteredOnce) {
    io::CancelScope scope;
    Counter in, out;
    scope.add(in);
    scope.add(out);
    out.unlink();
    scope.cancel();
    scope.cancel();
    EXPECT_TRUE(scope.cancelled());
    EXPECT_EQ(in.told, 1);
    EXPECT_EQ(out.told, 0);
}

TEST(CancelScope, ReachesTheScopesBelowButNotThoseAbove) {
    io::CancelScope root;
    io::CancelScope middle(&root);
    io::CancelScope leaf(&middle);
    Counter at_leaf, at_root;
    leaf.add(at_leaf);
    root.add(at_root);
    middle.cancel();
    EXPECT_EQ(at_leaf.told, 1);
    EXPECT_EQ(at_root.told, 0);
    EXPECT_FALSE(root.cancelled());
}

TEST(CancelScope, OneThatIsAttachedToACancelledOneIsCancelled) {
    io::CancelScope root;
    root.cancel();
    const io::CancelScope below(&root);
    EXPECT_TRUE(below.cancelled());
}

TEST(CancelScope, OneThatIsDestroyedOrResetLeavesItsParent) {
    io::CancelScope root;
    io::CancelScope reset(&root);
    {
        const io::CancelScope destroyed(&root);
    }
    reset.reset();
    root.cancel();
    EXPECT_FALSE(reset.cancelled());
}

TEST(CancelScope, OneWhoseParentIsDestroyedGoesOn) {
    Counter counter;
    io::CancelScope below;
    {
        io::CancelScope root;
        below.attach(&root);
    }
    below.add(counter);
    below.cancel();
    EXPECT_EQ(counter.told, 1);
}

struct World {
    World() { (void)full.try_send(1); }
    Channel<int> empty{1};
    Channel<int> full{1};
    Semaphore taken{0};
    io::Completion never;
};

Task<> wait_sleep(World&) { co_await sleep(1h); }
Task<> wait_receive(World& world) { (void)co_await world.empty.receive(); }
Task<> wait_send(World& world) { (void)co_await world.full.send(2); }
Task<> wait_acquire(World& world) { const auto permit = co_await world.taken.acquire(); }
Task<> wait_completion(World& world) { co_await world.never.wait(); }
Task<> wait_timeout(World& world) { (void)co_await timeout(2h, wait_sleep(world)); }
Task<> wait_join(World& world) { (void)co_await join(wait_sleep(world), wait_receive(world)); }
Task<> wait_any(World& world) { (void)co_await when_any(wait_sleep(world), wait_acquire(world)); }
Task<> forever(World* world) { return wait_sleep(*world); }
Task<> wait_scope(World& world) {
    Scope scope;
    scope.spawn(forever, &world);
    co_await scope.join();
}
Task<> wait_handle(World& world) {
    auto handle = spawn(forever, &world);
    co_await handle.join();
}

/// Every operation that waits, as a task that does so for ever.
struct Waiting {
    const char* name;
    Task<> (*task)(World&);
};

class EveryOperation : public ::testing::TestWithParam<Waiting> {
protected:
    World world;
    Loop loop{io::make_virtual_backend()};
    io::CancelScope scope{&loop.scope()};
};
INSTANTIATE_TEST_SUITE_P(Cancellation, EveryOperation,
                         ::testing::Values(Waiting{"Sleep", wait_sleep}, Waiting{"Receive", wait_receive},
                                           Waiting{"Send", wait_send}, Waiting{"Acquire", wait_acquire},
                                           Waiting{"Completion", wait_completion}, Waiting{"Timeout", wait_timeout},
                                           Waiting{"Join", wait_join}, Waiting{"WhenAny", wait_any},
                                           Waiting{"Scope", wait_scope}, Waiting{"Handle", wait_handle}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(EveryOperation, ThrowsCancelledWithoutTimePassing) {
    const TimePoint begin = loop.now();
    const auto outcome = testing::start(loop, GetParam().task(world), scope);
    testing::turn(loop);
    ASSERT_FALSE(outcome->ended);
    loop.post([&] {
        scope.cancel();
        EXPECT_FALSE(outcome->ended) << "resumed from within cancel()";
    });
    loop.run_until([&] { return outcome->ended; });
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(loop.now(), begin);
}

TEST_P(EveryOperation, ThrowsCancelledWhenTheScopeIsCancelledBeforehand) {
    scope.cancel();
    const auto outcome = testing::start(loop, GetParam().task(world), scope);
    testing::turn(loop);
    EXPECT_TRUE(outcome->ended);
    EXPECT_TRUE(outcome->cancelled);
}

TEST_P(EveryOperation, UnwindsWhenItsLoopEnds) {
    std::shared_ptr<testing::Outcome<void>> outcome;
    {
        Loop ends(io::make_virtual_backend());
        outcome = testing::start(ends, GetParam().task(world));
        testing::turn(ends);
        ASSERT_FALSE(outcome->ended);
    }
    EXPECT_TRUE(outcome->cancelled);
}

TEST_P(EveryOperation, EndsOnceWhenItIsCancelledTwice) {
    const auto outcome = testing::start(loop, GetParam().task(world), scope);
    testing::turn(loop);
    loop.post([&] {
        scope.cancel();
        loop.scope().cancel();
    });
    loop.run_until([&] { return outcome->ended; });
    EXPECT_TRUE(outcome->cancelled);
}

Task<bool> cancel_twice_survivor(io::CancelScope& scope) {
    scope.cancel();
    for (int i = 0; i < 2; ++i) {
        try {
            co_await yield();
            co_return false;
        } catch (const Cancelled&) {
        }
    }
    co_return true;
}

TEST(Cancellation, EveryFurtherAwaitThrowsAgain) {
    Loop loop(io::make_virtual_backend());
    io::CancelScope scope;
    const auto outcome = testing::start(loop, cancel_twice_survivor(scope), scope);
    testing::turn(loop);
    EXPECT_TRUE(outcome->take());
}

TEST(Cancellation, AnOperationThatHasSucceededBeforeStillSucceeds) {
    Loop loop(io::make_virtual_backend());
    World world;
    io::CancelScope scope;
    const auto receive = [](Channel<int>& from) -> Task<int> {
        const auto value = co_await from.receive();
        co_return value.value_or(-1);
    };
    const auto outcome = testing::start(loop, receive(world.empty), scope);
    testing::turn(loop);
    loop.post([&] {
        EXPECT_TRUE(world.empty.try_send(5));
        scope.cancel();
    });
    testing::turn(loop);
    ASSERT_TRUE(outcome->ended);
    EXPECT_EQ(outcome->take(), 5);
}

}  // namespace
}  // namespace hyperlane
