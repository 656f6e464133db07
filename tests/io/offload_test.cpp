#include <hyperlane/io/combine.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/offload.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

class Offload : public ::testing::TestWithParam<bool> {
protected:
    static std::unique_ptr<io::Backend> make() {
        return GetParam() ? std::move(io::make_epoll_backend().value()) : io::make_virtual_backend();
    }

    Loop loop{make()};
    io::CancelScope scope{&loop.scope()};
};
INSTANTIATE_TEST_SUITE_P(Io, Offload, ::testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Epoll" : "Virtual"; });

int add(int a, int b) { return a + b; }
int fail_with(std::string what) { throw std::runtime_error(what); }
std::thread::id where() { return std::this_thread::get_id(); }

/// Keeps threads of a pool busy until it is opened.
struct Gate {
    std::counting_semaphore<> open{0};
    std::atomic<int> entered = 0;
    std::atomic<int> left = 0;
};
int pass(Gate* gate, int value) {
    ++gate->entered;
    gate->open.acquire();
    ++gate->left;
    return value;
}

TEST_P(Offload, GivesTheResultBackOnTheLoop) {
    const auto task = []() -> Task<int> {
        const auto before = std::this_thread::get_id();
        const auto there = co_await offload(where);
        EXPECT_NE(there, before);
        EXPECT_EQ(std::this_thread::get_id(), before);
        co_return co_await offload(add, 2, 3);
    };
    EXPECT_EQ(testing::run(loop, task()), 5);
}

TEST_P(Offload, ThrowsWhatTheFunctionThrew) {
    EXPECT_THROW(testing::run(loop, offload(fail_with, std::string("no"))), std::runtime_error);
}

TEST_P(Offload, MovesArgumentsAndResultsThatCanOnlyBeMoved) {
    const auto append = [](std::unique_ptr<std::string> text) {
        *text += "!";
        return text;
    };
    EXPECT_EQ(*testing::run(loop, offload(append, std::make_unique<std::string>("moved"))), "moved!");
}

TEST_P(Offload, TakesAFunctionWithoutAResult) {
    std::atomic<bool> ran = false;
    testing::run(loop, offload([&ran] { ran = true; }));
    EXPECT_TRUE(ran);
}

TEST_P(Offload, TimeStandsStillWhileItWorksOnAVirtualClock) {
    if (GetParam()) GTEST_SKIP() << "the clock is real";
    const auto result = testing::run(loop, timeout(1ms, offload(add, 1, 2)));
    EXPECT_EQ(result.value(), 3);
}

TEST_P(Offload, StartsThreadsOnDemandAndNoMoreThanAllowed) {
    const auto pool = std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 2});
    loop.set_thread_pool(pool);
    EXPECT_EQ(pool->thread_count(), 0U);
    testing::run(loop, offload(add, 1, 2));
    EXPECT_EQ(pool->thread_count(), 1U);

    Gate gate;
    std::vector<std::shared_ptr<testing::Outcome<int>>> outcomes;
    for (int i = 0; i < 5; ++i) outcomes.push_back(testing::start(loop, offload(pass, &gate, i)));
    loop.post([&] {
        loop.post([&] {
            while (gate.entered < 2) std::this_thread::yield();
            EXPECT_EQ(pool->thread_count(), 2U);
            EXPECT_EQ(pool->queued(), 3U);
            gate.open.release(5);
        });
    });
    testing::settle(loop);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(outcomes[static_cast<std::size_t>(i)]->take(), i);
    EXPECT_EQ(pool->thread_count(), 2U);
}

TEST_P(Offload, WaitsItsTurnHoweverLongTheQueueIs) {
    loop.set_thread_pool(std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 2, .queue = 1}));
    std::vector<Task<int>> tasks;
    for (int i = 0; i < 200; ++i) tasks.push_back(offload(add, i, 1));
    const auto results = testing::run(loop, join(std::move(tasks)));
    for (int i = 0; i < 200; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)], i + 1);
}

TEST_P(Offload, ResumesAtOnceWhenCancelledWhileTheWorkRunsToItsEnd) {
    loop.set_thread_pool(std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 1}));
    Gate gate;
    const auto running = testing::start(loop, offload(pass, &gate, 1), scope);
    const auto queued = testing::start(loop, offload(pass, &gate, 2), scope);
    const auto other = testing::start(loop, offload(add, 1, 2));
    testing::turn(loop);
    while (gate.entered < 1) std::this_thread::yield();
    loop.post([&] { scope.cancel(); });
    loop.run_until([&] { return running->ended && queued->ended; });
    EXPECT_TRUE(running->cancelled && queued->cancelled);
    EXPECT_EQ(gate.left, 0);
    EXPECT_FALSE(other->ended);
    gate.open.release(2);
    testing::settle(loop);
    EXPECT_EQ(other->take(), 3);
    EXPECT_EQ(gate.entered, 1) << "work that had not started was started";
    EXPECT_EQ(gate.left, 1);
}

struct DestroyedWhere {
    std::thread::id* where;
    explicit DestroyedWhere(std::thread::id* out) : where(out) {}
    DestroyedWhere(DestroyedWhere&& other) noexcept : where(std::exchange(other.where, nullptr)) {}
    DestroyedWhere& operator=(DestroyedWhere&&) = delete;
    ~DestroyedWhere() {
        if (where != nullptr) *where = std::this_thread::get_id();
    }
};

TEST_P(Offload, AResultThatNobodyWaitsForIsDestroyedOnTheLoop) {
    std::thread::id destroyed;
    Gate gate;
    const auto work = [](Gate* at, std::thread::id* out) {
        pass(at, 0);
        return DestroyedWhere(out);
    };
    const auto outcome = testing::start(loop, offload(work, &gate, &destroyed), scope);
    testing::turn(loop);
    while (gate.entered < 1) std::this_thread::yield();
    loop.post([&] { scope.cancel(); });
    testing::turn(loop);
    gate.open.release();
    testing::settle(loop);
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(destroyed, std::this_thread::get_id());
}

TEST_P(Offload, TheEndOfTheLoopWaitsForWorkThatRuns) {
    Gate gate;
    {
        Loop ends(make());
        const auto outcome = testing::start(ends, offload(pass, &gate, 1));
        testing::turn(ends);
        while (gate.entered < 1) std::this_thread::yield();
        gate.open.release();
    }
    EXPECT_EQ(gate.left, 1);
}

TEST_P(Offload, SeveralLoopsShareOnePool) {
    const auto pool = std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 2});
    std::vector<std::thread> threads;
    std::atomic<int> total = 0;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            Loop own(make());
            own.set_thread_pool(pool);
            const auto task = []() -> Task<int> {
                int sum = 0;
                for (int i = 0; i < 100; ++i) sum += co_await offload(add, i, 0);
                co_return sum;
            };
            total += testing::run(own, task());
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(total, 3 * 4950);
    EXPECT_LE(pool->thread_count(), 2U);
}

TEST_P(Offload, NothingIsLostWhenTasksAreCancelledAtRandomMoments) {
    loop.set_thread_pool(std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 2}));
    int ended = 0;
    for (int round = 0; round < 200; ++round) {
        io::CancelScope below(&loop.scope());
        const auto one = testing::start(loop, offload(add, 1, 1), below);
        const auto two = testing::start(loop, offload(add, 1, 1), below);
        loop.post([&] { loop.post([&] { below.cancel(); }); });
        loop.run_until([&] { return one->ended && two->ended; });
        ended += one->cancelled || one->take() == 2;
        ended += two->cancelled || two->take() == 2;
    }
    EXPECT_EQ(ended, 400);
}

TEST(ThreadPool, TryPostRunsWorkAndRefusesWhenTheQueueIsFull) {
    Gate gate;
    std::atomic<int> ran = 0;
    {
        ThreadPool pool({.threads = 1, .queue = 2});
        EXPECT_TRUE(pool.try_post([&] { pass(&gate, 0); }));
        while (gate.entered < 1) std::this_thread::yield();
        EXPECT_TRUE(pool.try_post([&] { ++ran; }));
        std::latch last(1);
        EXPECT_TRUE(pool.try_post([&] { last.count_down(); }));
        EXPECT_FALSE(pool.try_post([&] { ++ran; }));
        gate.open.release();
        last.wait();
    }
    EXPECT_EQ(ran, 1);
}

TEST(ThreadPool, DropsWhatHasNotStartedWhenItIsDestroyed) {
    Gate gate;
    bool ran = false;
    auto held = std::make_shared<int>(0);
    std::thread opener;
    {
        ThreadPool pool({.threads = 1});
        EXPECT_TRUE(pool.try_post([&] { pass(&gate, 0); }));
        EXPECT_TRUE(pool.try_post([&ran, held] { ran = true; }));
        while (gate.entered < 1) std::this_thread::yield();
        opener = std::thread([&, watch = std::weak_ptr(std::exchange(held, nullptr))] {
            while (!watch.expired()) std::this_thread::yield();
            gate.open.release();
        });
    }
    opener.join();
    EXPECT_FALSE(ran);
    EXPECT_EQ(gate.left, 1);
}

TEST(ThreadPool, LogsWhatPostedWorkThrows) {
    std::vector<std::string> lines;
    set_log_sink([&](LogLevel, std::string_view line) { lines.emplace_back(line); });
    {
        ThreadPool pool({.threads = 1});
        std::latch last(1);
        EXPECT_TRUE(pool.try_post([] { throw std::runtime_error("in the pool"); }));
        EXPECT_TRUE(pool.try_post([&] { last.count_down(); }));
        last.wait();
    }
    set_log_sink({});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("in the pool"), std::string::npos);
}

TEST(ThreadPool, NamesItsThreadsAndBlocksSignalsInThem) {
    ThreadPool pool({.threads = 1, .name = "files"});
    std::array<char, 16> name{};
    bool blocked = false;
    std::latch last(1);
    EXPECT_TRUE(pool.try_post([&] {
        ::pthread_getname_np(::pthread_self(), name.data(), name.size());
        sigset_t mask;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        blocked = ::sigismember(&mask, SIGTERM) == 1;
        last.count_down();
    }));
    last.wait();
    EXPECT_STREQ(name.data(), "files-0");
    EXPECT_TRUE(blocked);
}

TEST_P(Offload, CountsWhatWaited) {
    const auto pool = std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 1});
    loop.set_thread_pool(pool);
    testing::run(loop, offload(add, 1, 2));
    EXPECT_EQ(pool->counters().started, 1U);
    EXPECT_EQ(pool->counters().waited, 0U);

    Gate gate;
    std::vector<std::shared_ptr<testing::Outcome<int>>> outcomes;
    for (int i = 0; i < 3; ++i) outcomes.push_back(testing::start(loop, offload(pass, &gate, i)));
    loop.post([&] {
        loop.post([&] {
            while (gate.entered < 1) std::this_thread::yield();
            gate.open.release(3);
        });
    });
    testing::settle(loop);
    EXPECT_EQ(pool->counters().started, 4U);
    // The first finds its thread idle, or about to be.
    EXPECT_GE(pool->counters().waited, 2U);
    EXPECT_LE(pool->counters().waited, 3U);
    EXPECT_GT(pool->counters().waiting, Duration::zero());
    EXPECT_GE(pool->counters().waiting, pool->counters().longest_wait);
}

TEST_P(Offload, RunsOnAPoolOfOnesOwnWhileThatOfTheLoopIsBusy) {
    loop.set_thread_pool(std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 1}));
    const auto own = std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 1, .name = "images"});
    Gate gate;
    const auto blocked = testing::start(loop, offload(pass, &gate, 1));
    const auto task = [](std::shared_ptr<ThreadPool> pool, Gate* open) -> Task<int> {
        const int sum = co_await offload_on(pool, add, 2, 3);
        const int of_files = co_await offload_on(Loop::current()->file_pool(), add, sum, 1);
        open->open.release();
        co_return of_files;
    };
    EXPECT_EQ(testing::run(loop, task(own, &gate)), 6);
    testing::settle(loop);
    EXPECT_EQ(own->counters().started, 1U);
    EXPECT_TRUE(blocked->ended);
}

}  // namespace
}  // namespace hyperlane
