// Coming back: what was published meanwhile, exactly once and in order, or the word that it is gone.

#include "hub/support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

class Replay : public HubTest {
protected:
    HubOptions keeping(std::size_t messages, std::size_t bytes = 64 * 1024) {
        HubOptions made = options();
        made.topic = {messages, bytes};
        return made;
    }
    Texts since(const Hub& hub, std::uint64_t id) {
        auto subscription = subscribe(loop, hub, "a", after(id));
        return take_all(loop, subscription);
    }
    static void publish(const Hub& hub, int count) {
        for (int i = 0; i < count; ++i) ASSERT_TRUE(hub.publish("a", "x"));
    }
};

TEST_F(Replay, GivesExactlyWhatWasMissed) {
    const Hub hub(options());
    publish(hub, 5);
    EXPECT_EQ(since(hub, 0), (Texts{"1:x", "2:x", "3:x", "4:x", "5:x"}));
    EXPECT_EQ(since(hub, 3), (Texts{"4:x", "5:x"}));
    EXPECT_EQ(since(hub, 5), Texts{});
}

TEST_F(Replay, SaysResetForAnIdThatIsNotThereYet) {
    const Hub hub(options());
    publish(hub, 2);
    EXPECT_EQ(since(hub, 3), Texts{"reset 2"}) << "an id of another life of this server";
}

TEST_F(Replay, SaysResetForWhatIsGoneByCount) {
    const Hub hub(keeping(3));
    publish(hub, 5);
    EXPECT_EQ(since(hub, 2), (Texts{"3:x", "4:x", "5:x"}));
    EXPECT_EQ(since(hub, 1), Texts{"reset 5"});
}

TEST_F(Replay, SaysResetForWhatIsGoneBySize) {
    const std::size_t one = TopicMessage::make({.kind = {}, .topic = "a", .event = {}, .text = "x"}).bytes();
    const Hub hub(keeping(100, 3 * one));
    publish(hub, 5);
    EXPECT_EQ(since(hub, 2), (Texts{"3:x", "4:x", "5:x"}));
    EXPECT_EQ(since(hub, 1), Texts{"reset 5"});
    ASSERT_TRUE(hub.publish("a", std::string(10'000, 'y')));
    EXPECT_EQ(since(hub, 5), Texts{"reset 6"}) << "one that is too large for the replay empties it";
}

TEST_F(Replay, KeepsNothingWhereThatIsWanted) {
    const Hub hub(keeping(0));
    publish(hub, 2);
    EXPECT_EQ(hub.counters().topics, 0u);
    auto subscription = subscribe(loop, hub, "a");
    publish(hub, 2);
    EXPECT_EQ(since(hub, 3), Texts{"reset 4"});
    EXPECT_EQ(since(hub, 4), Texts{});
}

TEST_F(Replay, KnowsThatSomethingWasPublishedWhileNobodyKeptIt) {
    const Hub hub(keeping(0));
    auto subscription = subscribe(loop, hub, "a");
    publish(hub, 2);
    on(loop, [&] { subscription.close(); });
    EXPECT_EQ(since(hub, 2), Texts{});
    publish(hub, 1);
    EXPECT_EQ(since(hub, 2), Texts{"reset 3"});
}

TEST_F(Replay, IsSetPerTopic) {
    const Hub hub(keeping(1));
    hub.configure("a", {.replay_messages = 3});
    publish(hub, 5);
    EXPECT_EQ(since(hub, 2).size(), 3u);
    hub.configure("a", {.replay_messages = 2});
    EXPECT_EQ(since(hub, 2), Texts{"reset 5"});
    EXPECT_EQ(since(hub, 3).size(), 2u);
}

TEST_F(Replay, SaysResetForATopicThatHasVanished) {
    const Hub hub(options());
    publish(hub, 3);
    now += 1h;
    ASSERT_TRUE(hub.publish("b", "x"));
    EXPECT_EQ(since(hub, 1), Texts{"reset 3"});
    EXPECT_EQ(since(hub, 3), Texts{}) << "nothing came since then";
}

TEST_F(Replay, AfterAResetLiveMessagesFollow) {
    const Hub hub(keeping(1));
    publish(hub, 5);
    auto subscription = subscribe(loop, hub, "a", after(1));
    publish(hub, 1);
    EXPECT_EQ(take_all(loop, subscription), (Texts{"reset 5", "6:x"}));
}

TEST_F(Replay, AndLiveMessagesMeetExactlyOnceWhereverTheCutIs) {
    for (std::uint64_t seen = 0; seen <= 6; ++seen) {
        const Hub hub(options());
        auto elsewhere = subscribe(loop, hub, "a");
        publish(hub, 4);
        turn(loop);
        publish(hub, 2);  // on their way to the loop when the subscription begins
        auto subscription = subscribe(loop, hub, "a", after(seen));
        publish(hub, 2);
        Texts expected;
        for (std::uint64_t id = seen + 1; id <= 8; ++id) expected.push_back(std::to_string(id) + ":x");
        EXPECT_EQ(take_all(loop, subscription), expected) << "after " << seen;
        EXPECT_EQ(subscription.start_id(), 6u);
    }
}

TEST_F(Replay, IsReceivedByWaitingToo) {
    const Hub hub(options());
    publish(hub, 3);
    const auto record = follow(loop, hub, "a", after(1));
    publish(hub, 1);
    turn(loop);
    EXPECT_EQ(record->texts, (Texts{"2:x", "3:x", "4:x"}));
}

}  // namespace
}  // namespace hyperlane
