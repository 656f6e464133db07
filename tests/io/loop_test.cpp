#include <hyperlane/io/log.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<io::Backend> make(bool real) {
    if (!real) return io::make_virtual_backend();
    return std::move(io::make_epoll_backend().value());
}

class OnBothBackends : public ::testing::TestWithParam<bool> {
protected:
    Loop loop{make(GetParam())};
};
INSTANTIATE_TEST_SUITE_P(Loop, OnBothBackends, ::testing::Bool(),
                         [](const auto& tested) { return tested.param ? "Epoll" : "Virtual"; });

TEST_P(OnBothBackends, RunsPostedWorkInOrder) {
    std::vector<int> order;
    for (int i = 0; i < 100; ++i) loop.post([&, i] { order.push_back(i); });
    testing::settle(loop);
    ASSERT_EQ(order.size(), 100U);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST_P(OnBothBackends, WorkMayPostMore) {
    int left = 1000;
    std::function<void()> again = [&] {
        if (--left > 0) loop.post(again);
    };
    loop.post(again);
    testing::settle(loop);
    EXPECT_EQ(left, 0);
}

TEST_P(OnBothBackends, IsCurrentWhileItRuns) {
    EXPECT_EQ(Loop::current(), nullptr);
    Loop* seen = nullptr;
    loop.post([&] { seen = Loop::current(); });
    testing::settle(loop);
    EXPECT_EQ(seen, &loop);
    EXPECT_EQ(Loop::current(), nullptr);
}

TEST_P(OnBothBackends, StopEndsRunAndRunMayBeginAgain) {
    for (int round = 1; round <= 2; ++round) {
        int ran = 0;
        loop.post([&] {
            ++ran;
            loop.stop();
        });
        loop.run();
        EXPECT_EQ(ran, 1);
    }
}

TEST_P(OnBothBackends, StopFromAnotherThreadWakesALoopThatWaits) {
    std::thread stopper([&] { loop.stop(); });
    loop.run();
    stopper.join();
}

TEST_P(OnBothBackends, TakesWorkFromManyThreads) {
    constexpr int threads = 4, each = 5000;
    std::vector<int> last(threads, -1);
    int ran = 0, out_of_order = 0;
    std::vector<std::thread> posters;
    for (int t = 0; t < threads; ++t) {
        posters.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                loop.post([&, t, i] {
                    int& before = last[static_cast<std::size_t>(t)];
                    if (before + 1 != i) ++out_of_order;
                    before = i;
                    if (++ran == threads * each) loop.stop();
                });
            }
        });
    }
    loop.run();
    for (auto& poster : posters) poster.join();
    EXPECT_EQ(ran, threads * each);
    EXPECT_EQ(out_of_order, 0);
}

TEST_P(OnBothBackends, MayBeDestroyedByTheWorkThatEndsItsWaiting) {
    for (int round = 0; round < 200; ++round) {
        std::thread poster;
        {
            Loop short_lived(make(GetParam()));
            bool done = false;
            short_lived.outside_work_started();
            poster = std::thread([&] {
                short_lived.post([&] {
                    done = true;
                    short_lived.outside_work_finished();
                });
            });
            short_lived.run_until([&] { return done; });
        }
        poster.join();
    }
}

TEST_P(OnBothBackends, WaitsForOutsideWorkWhenDestroyed) {
    std::atomic<bool> done = false;
    std::thread other;
    {
        Loop waits(make(GetParam()));
        waits.outside_work_started();
        other = std::thread([&] {
            std::this_thread::yield();
            waits.post([&] {
                done = true;
                waits.outside_work_finished();
            });
        });
    }
    EXPECT_TRUE(done);
    other.join();
}

TEST_P(OnBothBackends, LogsWhatPostedWorkThrowsAndGoesOn) {
    std::vector<std::string> lines;
    set_log_sink([&](LogLevel, std::string_view line) { lines.emplace_back(line); });
    bool after = false;
    loop.post([] { throw std::runtime_error("oops"); });
    loop.post([] { throw 7; });
    loop.post([&] { after = true; });
    testing::settle(loop);
    set_log_sink({});
    EXPECT_TRUE(after);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find("oops"), std::string::npos);
}

struct Garbage {
    Loop* loop;
    int depth;
    std::vector<int>* log;
    ~Garbage() {
        log->push_back(depth);
        if (depth > 0) loop->dispose(std::make_unique<Garbage>(loop, depth - 1, log));
    }
    Garbage(Loop* l, int d, std::vector<int>* o) : loop(l), depth(d), log(o) {}
};

TEST_P(OnBothBackends, DisposesAtTheEndOfTheTurnAlsoWhatDestructorsDispose) {
    std::vector<int> destroyed;
    bool gone_too_early = false;
    loop.post([&] {
        loop.dispose(std::make_unique<Garbage>(&loop, 3, &destroyed));
        gone_too_early = !destroyed.empty();
    });
    testing::settle(loop);
    EXPECT_FALSE(gone_too_early);
    EXPECT_EQ(destroyed, (std::vector{3, 2, 1, 0}));
}

TEST_P(OnBothBackends, DestroysGarbageThatIsLeftAtItsEnd) {
    std::vector<int> destroyed;
    {
        Loop ends(make(GetParam()));
        ends.dispose(std::make_unique<Garbage>(&ends, 2, &destroyed));
    }
    EXPECT_EQ(destroyed, (std::vector{2, 1, 0}));
}

struct Again final : io::Ready {
    void on_turn() noexcept override {
        if (--left > 0) loop->enqueue(*this);
    }
    Loop* loop = nullptr;
    int left = 0;
};

TEST_P(OnBothBackends, WorkThatQueuesItselfAgainDoesNotStarvePosts) {
    Again again;
    again.loop = &loop;
    again.left = 1000;
    int left_when_posted_ran = 0;
    loop.enqueue(again);
    loop.post([&] { loop.post([&] { left_when_posted_ran = again.left; }); });
    testing::settle(loop);
    EXPECT_GT(left_when_posted_ran, 900);
    EXPECT_EQ(again.left, 0);
}

TEST_P(OnBothBackends, NowPlusDoesNotOverflow) {
    EXPECT_EQ(loop.now_plus(Duration::max()), TimePoint::max());
    EXPECT_EQ(loop.now_plus(Duration::min()), loop.now());
    EXPECT_EQ(loop.now_plus(1s), loop.now() + 1s);
}

class Eventfd final : public io::Watcher {
public:
    explicit Eventfd(Loop& loop) : loop_(loop), fd_(::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)) {
        EXPECT_TRUE(loop_.backend().add(fd_, {.readable = true}, *this));
    }
    ~Eventfd() {
        loop_.backend().remove(fd_);
        ::close(fd_);
    }
    void on_ready(io::Readiness readiness) noexcept override {
        EXPECT_TRUE(readiness.readable);
        on_event();
    }
    std::function<void()> on_event;

private:
    Loop& loop_;
    int fd_;
};

TEST(LoopDispatch, AWatcherMayDestroyAnotherOneWhoseEventIsInTheSameBatch) {
    Loop loop(make(true));
    std::vector<std::unique_ptr<Eventfd>> watchers;
    int told = 0;
    for (int i = 0; i < 10; ++i) watchers.push_back(std::make_unique<Eventfd>(loop));
    for (auto& watcher : watchers) {
        Eventfd* self = watcher.get();
        watcher->on_event = [&, self] {
            ++told;
            std::erase_if(watchers, [self](const auto& other) { return other.get() != self; });
            loop.stop();
        };
    }
    loop.run();
    EXPECT_EQ(told, 1);
    EXPECT_EQ(watchers.size(), 1U);
    EXPECT_EQ(loop.backend().watched(), 1U);
}

TEST(LoopDispatch, AWatcherThatHasDroppedItsEventIsNotTold) {
    Loop loop(make(true));
    Eventfd one(loop), two(loop);
    int told = 0;
    const auto drop_other = [&](Eventfd& other) {
        return [&] {
            ++told;
            other.drop_pending();
            loop.stop();
        };
    };
    one.on_event = drop_other(two);
    two.on_event = drop_other(one);
    loop.run();
    EXPECT_EQ(told, 1);
}

TEST(LoopDispatch, RunUntilWaitsWhileADescriptorIsWatched) {
    Loop loop(make(true));
    bool told = false;
    Eventfd watcher(loop);
    watcher.on_event = [&] { told = true; };
    EXPECT_TRUE(loop.run_until([&] { return told; }));
}

TEST(VirtualBackend, WatchesNoDescriptors) {
    Loop loop(make(false));
    struct Deaf final : io::Watcher {
        void on_ready(io::Readiness) noexcept override {}
    } watcher;
    const auto added = loop.backend().add(0, {.readable = true}, watcher);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::unsupported);
}

TEST(VirtualBackend, TimeStandsStillWhileAnotherThreadWorks) {
    Loop loop(make(false));
    const TimePoint begin = loop.now();
    TimePoint when{};
    Duration slept{};
    const auto sleeper = [&]() -> Task<> {
        co_await sleep(1h);
        slept = Loop::current()->now() - begin;
    };
    auto outcome = testing::start(loop, sleeper());
    loop.outside_work_started();
    std::thread other([&] {
        loop.post([&] {
            when = loop.now();
            loop.outside_work_finished();
        });
    });
    testing::settle(loop);
    other.join();
    EXPECT_EQ(when, begin);
    EXPECT_EQ(slept, 1h);
}

/// A clock that goes on only when somebody works.
class WorkingClock final : public io::Backend {
public:
    Result<> add(int, io::Readiness, io::Watcher&) override { return {}; }
    Result<> modify(int, io::Readiness, io::Watcher&) override { return {}; }
    void remove(int) noexcept override {}
    std::span<io::BackendEvent> wait(TimePoint deadline, bool) noexcept override {
        if (deadline != TimePoint::max()) time = std::max(time, deadline);
        return {};
    }
    [[nodiscard]] std::size_t watched() const noexcept override { return 0; }
    [[nodiscard]] TimePoint now() const noexcept override { return time; }
    void wake() noexcept override {}

    TimePoint time{24h};
};

class LoopBlockWarning : public ::testing::Test {
protected:
    LoopBlockWarning() {
        set_log_sink([this](LogLevel level, std::string_view line) {
            if (level == LogLevel::warn) lines.emplace_back(line);
        });
    }
    ~LoopBlockWarning() override { set_log_sink({}); }

    void work(Duration length, std::string_view activity = {}) {
        loop.post([=, this] {
            if (!activity.empty()) loop.note_activity(activity);
            clock->time += length;
        });
        testing::settle(loop);
    }

    WorkingClock* clock = new WorkingClock;
    Loop loop{std::unique_ptr<io::Backend>(clock)};
    std::vector<std::string> lines;
};

TEST_F(LoopBlockWarning, NamesTheActivityThatHeldTheLoop) {
    loop.set_block_warning(100ms);
    work(99ms, "/quick");
    EXPECT_TRUE(lines.empty());
    work(2s, "/slow");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(lines[0].find("2000 ms"), std::string::npos) << lines[0];
    EXPECT_NE(lines[0].find("/slow"), std::string::npos) << lines[0];
}

TEST_F(LoopBlockWarning, NamesNobodyOfAnEarlierTurn) {
    loop.set_block_warning(100ms);
    work(1ms, "/quick");
    work(2s);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].find("/quick"), std::string::npos) << lines[0];
}

TEST_F(LoopBlockWarning, SaysNothingOfWaitingAndWhenItIsOff) {
    loop.set_block_warning(100ms);
    testing::run(loop, [](Duration length) -> Task<> { co_await sleep(length); }(2s));
    EXPECT_TRUE(lines.empty());
    loop.set_block_warning(Duration::zero());
    work(2s, "/slow");
    EXPECT_TRUE(lines.empty());
}

}  // namespace
}  // namespace hyperlane
