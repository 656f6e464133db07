#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

struct Alarm final : io::Timer {
    void on_timer() noexcept override { ring(); }
    std::function<void()> ring = [] {};
};

class Timers : public ::testing::Test {
protected:
    Loop loop{io::make_virtual_backend()};
};

TEST_F(Timers, RingInTheOrderOfTheirDeadlinesAndEqualOnesInTheOrderOfArming) {
    std::vector<int> rung;
    std::vector<std::unique_ptr<Alarm>> alarms;
    for (int i = 0; i < 100; ++i) {
        alarms.push_back(std::make_unique<Alarm>());
        alarms.back()->ring = [&rung, i] { rung.push_back(i); };
        loop.arm(*alarms.back(), loop.now() + std::chrono::seconds(i % 2 == 0 ? 2 : 1));
    }
    testing::settle(loop);
    std::vector<int> expected;
    for (int i = 1; i < 100; i += 2) expected.push_back(i);
    for (int i = 0; i < 100; i += 2) expected.push_back(i);
    EXPECT_EQ(rung, expected);
}

TEST_F(Timers, ARearmedTimerRingsOnceAtItsLastDeadline) {
    const TimePoint begin = loop.now();
    std::vector<Duration> rung;
    Alarm alarm;
    alarm.ring = [&] { rung.push_back(loop.now() - begin); };
    loop.arm(alarm, begin + 10s);
    loop.arm(alarm, begin + 5s);
    loop.arm(alarm, begin + 20s);
    EXPECT_TRUE(alarm.armed());
    EXPECT_EQ(alarm.due(), begin + 20s);
    testing::settle(loop);
    EXPECT_EQ(rung, std::vector<Duration>{20s});
    EXPECT_FALSE(alarm.armed());
}

TEST_F(Timers, ADisarmedOrDestroyedTimerDoesNotRing) {
    bool rung = false;
    Alarm disarmed;
    disarmed.ring = [&] { rung = true; };
    loop.arm(disarmed, loop.now() + 1s);
    loop.disarm(disarmed);
    loop.disarm(disarmed);
    {
        Alarm destroyed;
        destroyed.ring = [&] { rung = true; };
        loop.arm(destroyed, loop.now() + 1s);
    }
    testing::settle(loop);
    EXPECT_FALSE(rung);
}

TEST_F(Timers, ATimerMayDisarmAnotherOneThatIsDueAtTheSameTime) {
    Alarm first, second;
    bool rung = false;
    first.ring = [&] { loop.disarm(second); };
    second.ring = [&] { rung = true; };
    loop.arm(first, loop.now() + 1s);
    loop.arm(second, loop.now() + 1s);
    testing::settle(loop);
    EXPECT_FALSE(rung);
}

TEST_F(Timers, ATimerThatIsAlwaysDueDoesNotStarveTheRest) {
    Alarm alarm;
    int rung = 0;
    bool posted_ran = false;
    alarm.ring = [&] {
        if (++rung < 1000 && !posted_ran) loop.arm(alarm, loop.now() - 1s);
    };
    loop.arm(alarm, loop.now());
    loop.post([&] { posted_ran = true; });
    testing::settle(loop);
    EXPECT_TRUE(posted_ran);
    EXPECT_LT(rung, 10);
}

TEST_F(Timers, ATimerMayOutliveItsLoop) {
    Alarm alarm;
    {
        Loop short_lived(io::make_virtual_backend());
        short_lived.arm(alarm, short_lived.now() + 1s);
    }
    EXPECT_FALSE(alarm.armed());
}

TEST_F(Timers, BehaveLikeAMapUnderRandomOperations) {
    std::mt19937 random(3);
    constexpr std::size_t count = 500;
    const TimePoint begin = loop.now();
    io::TimerHeap heap;
    std::vector<std::unique_ptr<Alarm>> alarms;
    for (std::size_t i = 0; i < count; ++i) alarms.push_back(std::make_unique<Alarm>());
    std::map<std::pair<TimePoint, int>, std::size_t> model;  // deadline and order of arming
    std::vector<std::optional<std::pair<TimePoint, int>>> places(count);

    TimePoint now = begin;
    for (int step = 0; step < 10000; ++step) {
        const std::size_t i = random() % count;
        switch (random() % 4) {
            case 0:
            case 1:
                if (places[i]) model.erase(*places[i]);
                places[i] = std::pair(now + std::chrono::milliseconds(random() % 300), step);
                model[*places[i]] = i;
                heap.arm(*alarms[i], places[i]->first);
                break;
            case 2:
                if (places[i]) model.erase(*places[i]);
                places[i].reset();
                heap.disarm(*alarms[i]);
                break;
            default:
                now += std::chrono::milliseconds(random() % 20);
                while (io::Timer* due = heap.pop_due(now, heap.armed_count())) {
                    ASSERT_FALSE(model.empty());
                    const std::size_t expected = model.begin()->second;
                    ASSERT_EQ(due, alarms[expected].get());
                    model.erase(model.begin());
                    places[expected].reset();
                }
                ASSERT_TRUE(model.empty() || model.begin()->first.first > now);
        }
        ASSERT_EQ(heap.size(), model.size());
        ASSERT_EQ(heap.next_due(), model.empty() ? TimePoint::max() : model.begin()->first.first);
    }
}

TEST(RealTimers, AreNeverEarlyAndHardlyLate) {
    Loop loop(std::move(io::make_epoll_backend().value()));
    for (const Duration length : {Duration(0ms), Duration(300us), Duration(2ms), Duration(20ms)}) {
        const auto begin = Clock::now();
        const auto task = [](Duration asked) -> Task<> { co_await sleep(asked); };
        testing::run(loop, task(length));
        EXPECT_GE(Clock::now() - begin, length);
        EXPECT_LT(Clock::now() - begin, length + 2s);
    }
}

}  // namespace
}  // namespace hyperlane
