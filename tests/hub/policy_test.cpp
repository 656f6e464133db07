// Subscribers that do not keep up: what they lose, and that nobody else notices.

#include "hub/support.hpp"
#include "io/hog.hpp"

namespace hyperlane {
namespace {

using namespace testing;

class SlowSubscribers : public HubTest {
protected:
    void publish(const Hub& hub, int count) {
        for (int i = 0; i < count; ++i) ASSERT_TRUE(hub.publish("a", "x"));
        turn(loop);
    }
};

TEST_F(SlowSubscribers, DropOldest) {
    const Hub hub(options());
    auto subscription = subscribe(loop, hub, "a", slow(SlowPolicy::drop_oldest, 3));
    publish(hub, 5);
    EXPECT_EQ(take_all(loop, subscription), (Texts{"3:x", "4:x", "5:x"}));
    EXPECT_EQ(subscription.counters().dropped, 2u);
    publish(hub, 1);
    EXPECT_EQ(take_all(loop, subscription), Texts{"6:x"});
}

TEST_F(SlowSubscribers, DropNewest) {
    const Hub hub(options());
    auto subscription = subscribe(loop, hub, "a", slow(SlowPolicy::drop_newest, 3));
    publish(hub, 5);
    EXPECT_EQ(take_all(loop, subscription), (Texts{"1:x", "2:x", "3:x"}));
    EXPECT_EQ(subscription.counters().dropped, 2u);
    publish(hub, 1);
    EXPECT_EQ(take_all(loop, subscription), Texts{"6:x"});
}

TEST_F(SlowSubscribers, Disconnect) {
    const Hub hub(options());
    auto subscription = subscribe(loop, hub, "a", slow(SlowPolicy::disconnect, 3));
    publish(hub, 3);
    EXPECT_EQ(subscription.end(), SubscriptionEnd::none);
    publish(hub, 2);
    EXPECT_EQ(subscription.end(), SubscriptionEnd::too_slow);
    EXPECT_EQ(take_all(loop, subscription), Texts{});
    EXPECT_EQ(subscription.counters().dropped, 4u) << "three that waited, and the one that had no place";
    EXPECT_EQ(hub.counters().disconnected, 1u);
}

TEST_F(SlowSubscribers, ACapacityOfZeroIsOne) {
    const Hub hub(options());
    auto subscription = subscribe(loop, hub, "a", slow(SlowPolicy::drop_newest, 0));
    publish(hub, 2);
    EXPECT_EQ(take_all(loop, subscription), Texts{"1:x"});
}

TEST_F(SlowSubscribers, ReplayDoesNotCountAgainstTheQueue) {
    const Hub hub(options());
    publish(hub, 10);
    auto subscription = subscribe(loop, hub, "a", [] {
        SubscribeOptions options = slow(SlowPolicy::disconnect, 2);
        options.after = 0;
        return options;
    }());
    publish(hub, 2);
    EXPECT_EQ(subscription.end(), SubscriptionEnd::none);
    EXPECT_EQ(take_all(loop, subscription).size(), 12u);
}

TEST_F(SlowSubscribers, AQueueGrowsAndGoesRound) {
    const Hub hub(options());
    auto subscription = subscribe(loop, hub, "a", slow(SlowPolicy::disconnect, 100));
    std::uint64_t next = 1;
    for (int round = 1; round < 40; ++round) {
        publish(hub, round);
        for (int i = 0; i < round; ++i) {
            const auto message = subscription.try_receive();
            ASSERT_TRUE(message);
            EXPECT_EQ(message->id(), next++);
        }
    }
}

// A loop that is held for long is one whose thread blocks; to the hub it is one that takes nothing out of its inbox.
TEST_F(SlowSubscribers, ALoopThatIsHeldLosesTheOldestAndSaysSo) {
    HubOptions small = options();
    small.loop_backlog = 4;
    const Hub hub(small);
    auto lossy = subscribe(loop, hub, "a", slow(SlowPolicy::drop_oldest, 100));
    auto strict = subscribe(loop, hub, "a", slow(SlowPolicy::disconnect, 100));
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(hub.publish("a", "x"));
    EXPECT_EQ(take_all(loop, lossy), (Texts{"7:x", "8:x", "9:x", "10:x"}));
    EXPECT_EQ(lossy.counters().dropped, 6u);
    EXPECT_EQ(strict.end(), SubscriptionEnd::too_slow);
    publish(hub, 1);
    EXPECT_EQ(take_all(loop, lossy), Texts{"11:x"});
    EXPECT_EQ(lossy.counters().dropped, 6u);
}

TEST_F(SlowSubscribers, ABurstDoesNotMakeThoseSlowWhoKeepUp) {
    const Hub hub(options());
    std::vector<std::shared_ptr<Record>> attentive;
    for (const unsigned capacity : {1u, 2u, 7u, 64u}) {
        attentive.push_back(follow(loop, hub, "a", slow(SlowPolicy::disconnect, capacity)));
    }
    auto stuck = subscribe(loop, hub, "a", slow(SlowPolicy::disconnect, 64));
    auto elsewhere = follow(loop, hub, "b");
    Texts expected;
    for (int i = 1; i <= 1000; ++i) {
        ASSERT_TRUE(hub.publish("a", "x"));
        expected.push_back(std::to_string(i) + ":x");
    }
    ASSERT_TRUE(hub.publish("b", "y"));
    turn(loop);
    EXPECT_EQ(elsewhere->texts, Texts{"1:y"}) << "other topics do not wait for the burst";
    ASSERT_TRUE(hub.publish("a", "x"));  // behind what is still being given
    expected.push_back("1001:x");
    for (int i = 0; i < 1000; ++i) turn(loop);
    for (const auto& record : attentive) {
        EXPECT_EQ(record->texts.size(), expected.size());
        EXPECT_EQ(record->texts, expected);
    }
    EXPECT_EQ(stuck.end(), SubscriptionEnd::too_slow);
}

TEST_F(SlowSubscribers, ABurstIsGivenInFullBeforeAHubThatCloses) {
    Hub hub(options());
    const auto record = follow(loop, hub, "a", slow(SlowPolicy::disconnect, 1));
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(hub.publish("a", "x"));
    hub.close();
    for (int i = 0; i < 20; ++i) turn(loop);
    EXPECT_EQ(record->texts.size(), 20u);
    EXPECT_EQ(record->end, SubscriptionEnd::hub_closed);
}

TEST_F(SlowSubscribers, OneAmongAThousandDelaysNobody) {
    const Hub hub(options());
    std::vector<std::shared_ptr<Record>> others;
    for (int i = 0; i < 999; ++i) others.push_back(follow(loop, hub, "a"));
    auto stuck = subscribe(loop, hub, "a", slow(SlowPolicy::drop_oldest, 64));
    for (std::size_t i = 1; i <= 200; ++i) {
        ASSERT_TRUE(hub.publish("a", "x"));
        turn(loop);  // of the loop, in which no time passes: the delay of all others is zero
        for (const auto& other : others) ASSERT_EQ(other->texts.size(), i);
    }
    EXPECT_EQ(stuck.counters().dropped, 200u - 64u);
    EXPECT_EQ(stuck.counters().waiting, 64u);
}

TEST(Subscriptions, ThatHaveEndedShareTheLoopWithOthers) {
    Loop loop(io::make_virtual_backend());
    Hub hub;
    std::optional<Subscription> subscription;
    on(loop, [&] {
        subscription.emplace(hub.subscribe("t"));
        subscription->close();
    });
    expect_shared(loop, [&] { return subscription->receive(); });
    subscription.reset();
}

Task<> take_again_and_again(std::shared_ptr<Hog> hog, Subscription subscription) {
    while (hog->goes_on()) {
        const auto message = co_await subscription.receive();
        if (!message) co_return;
    }
}

TEST(Subscriptions, WithMuchToGiveShareTheLoopWithOthers) {
    Loop loop(io::make_virtual_backend());
    Hub hub({.loop_backlog = 5000});
    const auto hog = std::make_shared<Hog>();
    std::shared_ptr<Outcome<void>> taking;
    on(loop, [&] {
        SubscribeOptions options;
        options.capacity = 5000;
        auto subscription = hub.subscribe("t", std::move(options));
        for (int i = 0; i < 4000; ++i) EXPECT_TRUE(hub.publish("t", {.text = "x"}));
        taking = start(loop, take_again_and_again(hog, std::move(subscription)));
    });
    const auto neighbour = start(loop, stop_after(hog, 10));
    loop.run_until([&] { return neighbour->ended && taking->ended; });
    EXPECT_GT(hog->awaits, 2 * io::ready_budget);
    EXPECT_LE(hog->most_in_a_turn, io::ready_budget + 1);
}

}  // namespace
}  // namespace hyperlane
