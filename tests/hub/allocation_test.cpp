// How often a message asks the heap for memory, and how much a stuck subscriber holds.

#include <hyperlane/base/sanitizer.hpp>
#include "hub/support.hpp"

#include <cstdlib>
#include <new>

#include <malloc.h>

#if defined(NDEBUG) && !HYPERLANE_ASAN && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 1
#else
#define COUNTS_ALLOCATIONS 0
#endif

namespace {
thread_local std::size_t allocations = 0;
thread_local std::size_t live_bytes = 0;
}  // namespace

#if COUNTS_ALLOCATIONS
// Not inlined: a compiler that sees both ends of the pair takes free() for the wrong one.
[[gnu::noinline]] void* operator new(std::size_t size) {
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) throw std::bad_alloc();
    ++allocations;
    live_bytes += ::malloc_usable_size(memory);
    return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    live_bytes -= ::malloc_usable_size(memory);
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
#endif

namespace hyperlane {
namespace {

using namespace testing;

constexpr std::size_t messages = 100;

class HubAllocations : public HubTest {
protected:
    void SetUp() override {
        if (!COUNTS_ALLOCATIONS) GTEST_SKIP() << "only optimised builds without sanitizers keep what they release";
        loop.set_block_warning(Duration::zero());
    }
    /// Runs in the loop, so that nothing but a message needs memory.
    Task<> publish(Hub hub, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            EXPECT_TRUE(hub.publish("a", "a text that does not fit into a small string of its own"));
            co_await yield();
            co_await yield();
        }
    }
    std::size_t allocations_with(int subscribers) {
        HubOptions with_replay = options();
        with_replay.topic.replay_messages = 8;
        const Hub hub(with_replay);
        std::size_t received = 0;
        auto receive = [&received](Subscription from) -> Task<> {
            const auto encode = [](const TopicMessage& message) { return "data: " + std::string(message.text()); };
            while (const auto message = co_await from.receive()) {
                received += message->wire(hub::WireForm{0}, encode).empty() ? 0 : 1;
            }
        };
        on(loop, [&] {
            for (int i = 0; i < subscribers; ++i) spawn(receive, hub.subscribe("a"));
        });
        run(loop, publish(hub, messages));  // everything that grows has grown
        const std::size_t before = allocations;
        run(loop, publish(hub, messages));
        const std::size_t after = allocations;
        turn(loop);
        EXPECT_EQ(received, 2 * messages * static_cast<std::size_t>(subscribers));
        return after - before;
    }
};

TEST_F(HubAllocations, AreTheSameForOneSubscriberAndAThousand) {
    const std::size_t for_one = allocations_with(1);
    EXPECT_EQ(allocations_with(1000), for_one);
    RecordProperty("per_message", static_cast<int>(for_one / messages));
    EXPECT_LE(for_one, 8 * messages) << "the message, its encoding, the post";
}

TEST_F(HubAllocations, OfOneStuckAmongAThousandStayBelowAMebibyte) {
    const Hub hub(options());
    std::vector<std::shared_ptr<Record>> others;
    auto receive = [](Subscription from) -> Task<> {
        while (const auto message = co_await from.receive()) {
        }
    };
    on(loop, [&] {
        for (int i = 0; i < 999; ++i) spawn(receive, hub.subscribe("a"));
    });
    auto stuck = subscribe(loop, hub, "a", slow(SlowPolicy::drop_oldest, 64));
    run(loop, publish(hub, 10));
    const std::size_t before = live_bytes;
    run(loop, publish(hub, 10'000));
    EXPECT_LT(live_bytes, before + 1024 * 1024);
    EXPECT_GT(stuck.counters().dropped, 9'000u);
}

}  // namespace
}  // namespace hyperlane
