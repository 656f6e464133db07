// Many loops and publishers at once. ThreadSanitizer looks at these.

#include "hub/support.hpp"

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace hyperlane {
namespace {

using namespace testing;

/// A loop in a thread of its own.
class LoopThread {
public:
    LoopThread() : thread_([this] { loop_.run(); }) {}
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;
    ~LoopThread() { end(); }

    void end() {
        if (!thread_.joinable()) return;
        loop_.stop();
        thread_.join();
        loop_.shutdown();
    }
    [[nodiscard]] Loop& loop() noexcept { return loop_; }

private:
    Loop loop_{*io::make_epoll_backend()};
    std::thread thread_;
};

using Ids = std::vector<std::uint64_t>;

struct Seen {
    std::mutex mutex;
    std::vector<Ids> all;
    std::atomic<int> ready = 0;
    std::atomic<int> done = 0;
};

Task<> see(Hub hub, std::string topic, std::size_t count, std::shared_ptr<Seen> seen) {
    SubscribeOptions options;
    options.capacity = 100'000;
    Subscription subscription = hub.subscribe(topic, options);
    ++seen->ready;
    Ids ids;
    while (ids.size() < count) {
        const auto message = co_await subscription.receive();
        if (!message) break;
        ids.push_back(message->id());
    }
    const std::lock_guard lock(seen->mutex);
    seen->all.push_back(std::move(ids));
    ++seen->done;
}

void wait_for(const std::atomic<int>& count, int wanted) {
    for (int now = count; now < wanted; now = count) std::this_thread::yield();
}

void publish_from_threads(const Hub& hub, int threads, int each) {
    std::vector<std::thread> publishers;
    for (int i = 0; i < threads; ++i) {
        publishers.emplace_back([&hub, each] {
            for (int k = 0; k < each; ++k) EXPECT_TRUE(hub.publish("a", "x"));
        });
    }
    for (auto& publisher : publishers) publisher.join();
}

TEST(HubThreads, AllSubscribersSeeTheSameOrderExactlyOnce) {
    constexpr int loops = 3, subscribers = 4, publishers = 3, each = 300;
    HubOptions options;
    options.first_id = 1;
    options.loop_backlog = publishers * each;
    const Hub hub(options);
    auto seen = std::make_shared<Seen>();
    {
        std::vector<std::unique_ptr<LoopThread>> threads;
        for (int i = 0; i < loops; ++i) {
            threads.push_back(std::make_unique<LoopThread>());
            threads.back()->loop().post([&hub, seen] {
                for (int k = 0; k < subscribers; ++k) spawn(see, hub, std::string("a"), publishers * each, seen);
            });
        }
        wait_for(seen->ready, loops * subscribers);
        publish_from_threads(hub, publishers, each);
        wait_for(seen->done, loops * subscribers);
    }
    Ids expected(publishers * each);
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = i + 1;
    for (const Ids& ids : seen->all) EXPECT_EQ(ids, expected);
    EXPECT_EQ(hub.counters().delivered, expected.size() * loops * subscribers);
}

Task<> come_and_go(Hub hub, int rounds, std::shared_ptr<std::atomic<int>> done) {
    std::uint64_t last = 0;
    for (int i = 0; i < rounds; ++i) {
        SubscribeOptions options;
        options.name = "guest " + std::to_string(i % 3);
        options.hears_presence = i % 2 == 0;
        if (last != 0) options.after = last;
        Subscription subscription = hub.subscribe("a", options);
        for (int k = 0; k < 3; ++k) {
            const auto message = co_await subscription.receive();
            if (!message) break;
            if (message->kind() == TopicMessage::Kind::message) {
                EXPECT_GT(message->id(), last);
            }
            if (message->id() != 0) last = message->id();
        }
    }
    ++*done;
}

TEST(HubThreads, SubscribersComeAndGoWhileOthersPublish) {
    const Hub hub;
    auto done = std::make_shared<std::atomic<int>>(0);
    std::vector<std::unique_ptr<LoopThread>> threads;
    for (int i = 0; i < 2; ++i) {
        threads.push_back(std::make_unique<LoopThread>());
        threads.back()->loop().post([&hub, done] {
            for (int k = 0; k < 4; ++k) spawn(come_and_go, hub, 50, done);
        });
    }
    while (*done < 8) {
        EXPECT_TRUE(hub.publish("a", "x"));
        (void)hub.present("a");
        std::this_thread::yield();
    }
    threads.clear();
    EXPECT_EQ(hub.counters().subscriptions, 0u);
}

TEST(HubThreads, LoopsEndWhileOthersPublish) {
    const Hub hub;
    std::atomic<bool> stop = false;
    std::thread publisher([&] {
        while (!stop) (void)hub.publish("a", "x");
    });
    for (int i = 0; i < 20; ++i) {
        auto seen = std::make_shared<Seen>();
        LoopThread thread;
        thread.loop().post([&hub, seen] { spawn(see, hub, std::string("a"), 1'000'000, seen); });
        wait_for(seen->ready, 1);
        thread.end();
    }
    stop = true;
    publisher.join();
    EXPECT_EQ(hub.counters().subscriptions, 0u);
}

TEST(HubThreads, TheHubClosesWhileLoopsReceive) {
    for (int i = 0; i < 20; ++i) {
        auto seen = std::make_shared<Seen>();
        LoopThread thread;
        auto hub = std::make_unique<Hub>();
        // The task keeps no handle: the hub closes with the one above.
        thread.loop().post([&hub, seen] {
            auto receive = [](Subscription from, std::shared_ptr<Seen> out) -> Task<> {
                while (const auto message = co_await from.receive()) {
                }
                EXPECT_EQ(from.end(), SubscriptionEnd::hub_closed);
                ++out->done;
            };
            spawn(receive, hub->subscribe("a"), seen);
            ++seen->ready;
        });
        wait_for(seen->ready, 1);
        for (int k = 0; k < 10; ++k) EXPECT_TRUE(hub->publish("a", "x"));
        hub.reset();
        wait_for(seen->done, 1);
    }
}

TEST(HubThreads, AMessageIsEncodedByManyThreadsAndKeptOnce) {
    for (int i = 0; i < 100; ++i) {
        const auto message = TopicMessage::make({.kind = {}, .topic = {}, .event = {}, .text = "x"});
        std::array<const char*, 3> found{};
        std::vector<std::thread> threads;
        for (std::size_t k = 0; k < found.size(); ++k) {
            threads.emplace_back([copy = message, k, &found] {
                found[k] =
                    copy.wire(hub::WireForm{1}, [](const TopicMessage& m) { return std::string(m.text()); }).data();
            });
        }
        for (auto& thread : threads) thread.join();
        EXPECT_EQ(found[0], found[1]);
        EXPECT_EQ(found[1], found[2]);
    }
}

}  // namespace
}  // namespace hyperlane
