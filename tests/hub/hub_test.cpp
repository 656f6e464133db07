#include "hub/support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

class HubBasics : public HubTest {};

TEST_F(HubBasics, GivesEveryMessageToEverySubscriberOfItsTopicInOrder) {
    const Hub hub(options());
    const auto first = follow(loop, hub, "news");
    const auto second = follow(loop, hub, "news");
    const auto other = follow(loop, hub, "sports");
    ASSERT_TRUE(hub.publish("news", "one"));
    ASSERT_TRUE(hub.publish("sports", "goal"));
    ASSERT_TRUE(hub.publish("news", {.text = "two", .event = "flash"}));
    turn(loop);
    EXPECT_EQ(first->texts, (Texts{"1:one", "2/flash:two"}));
    EXPECT_EQ(second->texts, first->texts);
    EXPECT_EQ(other->texts, Texts{"1:goal"});
    EXPECT_EQ(hub.last_id("news"), 2u);
    EXPECT_EQ(hub.last_id("nothing"), 0u);
}

TEST_F(HubBasics, GivesNothingThatWasPublishedBeforeTheSubscription) {
    const Hub hub(options());
    auto early = subscribe(loop, hub, "news");
    ASSERT_TRUE(hub.publish("news", "on its way"));
    // The message waits in the inbox of the loop that both are on.
    auto late = std::make_shared<Record>();
    loop.post([&] { spawn(write_down, hub.subscribe("news"), late); });
    turn(loop);
    ASSERT_TRUE(hub.publish("news", "next"));
    EXPECT_EQ(take_all(loop, early), (Texts{"1:on its way", "2:next"}));
    EXPECT_EQ(late->texts, Texts{"2:next"});
}

TEST_F(HubBasics, PublishesFromWithinAReceiver) {
    const Hub hub(options());
    auto echo = [](Hub to, Subscription in) -> Task<> {
        while (const auto message = co_await in.receive()) (void)to.publish("out", message->text());
    };
    on(loop, [&] { spawn(echo, hub, hub.subscribe("in")); });
    const auto heard = follow(loop, hub, "out");
    ASSERT_TRUE(hub.publish("in", "hello"));
    turn(loop);
    EXPECT_EQ(heard->texts, Texts{"1:hello"});
}

TEST_F(HubBasics, BytesAndEmptyTextPassUnchanged) {
    const Hub hub(options());
    auto subscription = subscribe(loop, hub, "");
    const std::string bytes("\0\xff\r\n", 4);
    ASSERT_TRUE(hub.publish("", {.text = bytes, .binary = true}));
    ASSERT_TRUE(hub.publish("", ""));
    turn(loop);
    const auto first = subscription.try_receive();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->text(), bytes);
    EXPECT_TRUE(first->binary());
    EXPECT_EQ(first->topic(), "");
    const auto second = subscription.try_receive();
    ASSERT_TRUE(second);
    EXPECT_EQ(second->text(), "");
    EXPECT_FALSE(second->binary());
}

TEST_F(HubBasics, RefusesAnEventWithALineEnd) {
    const Hub hub(options());
    for (const std::string_view event :
         {std::string_view("a\nb"), std::string_view("a\r"), std::string_view("\0", 1)}) {
        const auto published = hub.publish("news", {.text = "x", .event = event});
        ASSERT_FALSE(published);
        EXPECT_EQ(published.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_EQ(hub.counters().published, 0u);
}

TEST_F(HubBasics, ACancelledReceiverTakesNoMessage) {
    const Hub hub(options());
    auto subscription = std::make_shared<Subscription>(subscribe(loop, hub, "news"));
    io::CancelScope scope;
    auto waiting = start(
        loop, [](std::shared_ptr<Subscription> from) -> Task<> { (void)co_await from->receive(); }(subscription),
        scope);
    turn(loop);
    ASSERT_TRUE(hub.publish("news", "one"));
    scope.cancel();
    turn(loop);
    EXPECT_TRUE(waiting->cancelled);
    EXPECT_EQ(take_all(loop, *subscription), Texts{"1:one"});
}

TEST_F(HubBasics, ASubscriptionThatGoesWhileSomebodyReceivesGivesNothing) {
    const Hub hub(options());
    auto receive = [](Subscription* from) -> Task<bool> { co_return (co_await from->receive()).has_value(); };
    for (const bool with_message : {false, true}) {
        auto subscription = std::make_unique<Subscription>(subscribe(loop, hub, "news"));
        auto waiting = start(loop, receive(subscription.get()));
        turn(loop);
        on(loop, [&] {
            if (with_message) (void)hub.publish("news", "x");
            loop.post([&] { subscription.reset(); });  // after the message has woken the receiver
        });
        EXPECT_TRUE(waiting->ended);
        EXPECT_FALSE(waiting->take() && !with_message);
    }
    EXPECT_EQ(hub.counters().subscriptions, 0u);
}

TEST_F(HubBasics, CloseEndsSubscriptionsAfterWhatIsInTheirQueues) {
    Hub hub(options());
    const auto record = follow(loop, hub, "news");
    auto slow_one = subscribe(loop, hub, "news");
    ASSERT_TRUE(hub.publish("news", "last words"));
    hub.close();
    turn(loop);
    EXPECT_EQ(record->texts, Texts{"1:last words"});
    EXPECT_EQ(record->end, SubscriptionEnd::hub_closed);
    EXPECT_EQ(take_all(loop, slow_one), Texts{"1:last words"});
    EXPECT_EQ(slow_one.end(), SubscriptionEnd::hub_closed);
    EXPECT_EQ(hub.publish("news", "more").error().code, ErrorCode::closed);
    EXPECT_EQ(subscribe(loop, hub, "news").end(), SubscriptionEnd::hub_closed);
}

TEST_F(HubBasics, RefusesWhatItsSubscribersCouldNotSend) {
    Hub hub(options());
    const auto record = follow(loop, hub, "news");
    for (const auto& [text, event] :
         {std::pair("\xff", ""), std::pair("cut \xe2\x82", ""), std::pair("\xed\xa0\x80", ""),
          std::pair("fine", "\xff"), std::pair("fine", "a\nb")}) {
        const auto refused = hub.publish("news", {.text = text, .event = event});
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
        EXPECT_TRUE(refused.error().message.contains("\"news\"")) << refused.error().message;
    }
    EXPECT_TRUE(hub.publish("news", {.text = "\xff", .binary = true}));
    EXPECT_TRUE(hub.publish("news", {.text = "\xe2\x82\xac", .event = "prix \xe2\x82\xac"}));
    turn(loop);
    EXPECT_EQ(record->texts, (Texts{"1:\xff", "2/prix \xe2\x82\xac:\xe2\x82\xac"}));
    EXPECT_EQ(hub.counters().published, 2U);
}

TEST_F(HubBasics, RefusesANameThatIsNoTextToWhoeverBringsIt) {
    Hub hub(options());
    const auto record = follow(loop, hub, "room", named("ann"));
    auto refused = subscribe(loop, hub, "room", named("\xff"));
    EXPECT_EQ(refused.end(), SubscriptionEnd::bad_name);
    EXPECT_EQ(refused.result().error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(hub.present("room"), Texts{"ann"});
    EXPECT_EQ(hub.counters().subscriptions, 1U);
    ASSERT_TRUE(hub.publish("room", "heard"));
    turn(loop);
    EXPECT_EQ(record->texts, Texts{"1:heard"});
}

TEST_F(HubBasics, ClosesWhenTheLastHandleIsGone) {
    auto hub = std::make_unique<Hub>(options());
    auto copy = std::make_unique<Hub>(*hub);
    const auto record = follow(loop, *hub, "news");
    hub.reset();
    ASSERT_TRUE(copy->publish("news", "still here"));
    turn(loop);
    EXPECT_EQ(record->end, SubscriptionEnd::none);
    copy.reset();
    turn(loop);
    EXPECT_EQ(record->texts, Texts{"1:still here"});
    EXPECT_EQ(record->end, SubscriptionEnd::hub_closed);
}

TEST_F(HubBasics, ALoopMayEndBeforeItsSubscriptions) {
    const Hub hub(options());
    const auto here = follow(loop, hub, "news");
    auto other = std::make_unique<Loop>(io::make_virtual_backend());
    const auto there = follow(*other, hub, "news");
    auto kept = subscribe(*other, hub, "news");
    ASSERT_TRUE(hub.publish("news", "one"));
    other.reset();
    EXPECT_TRUE(there->cancelled);
    EXPECT_EQ(kept.end(), SubscriptionEnd::loop_ended);
    ASSERT_TRUE(hub.publish("news", "two"));
    turn(loop);
    EXPECT_EQ(here->texts, (Texts{"1:one", "2:two"}));
    EXPECT_EQ(hub.counters().subscriptions, 2u) << "the one that was kept counts until it is destroyed";
    kept.close();
    EXPECT_EQ(hub.counters().subscriptions, 1u);
}

TEST_F(HubBasics, TheHubMayGoBeforeALoopThatNeverRunsAgain) {
    auto other = std::make_unique<Loop>(io::make_virtual_backend());
    auto hub = std::make_unique<Hub>(options());
    const auto record = follow(*other, *hub, "news");
    ASSERT_TRUE(hub->publish("news", "nobody takes it"));
    hub.reset();
    other.reset();
    EXPECT_TRUE(record->cancelled || record->end == SubscriptionEnd::hub_closed);
}

TEST_F(HubBasics, ALoopThatEndsTakesNoMoreSubscriptions) {
    const Hub hub(options());
    std::optional<SubscriptionEnd> end;
    {
        Loop other(io::make_virtual_backend());
        on(other, [&] {
            spawn(
                [](Hub to, std::optional<SubscriptionEnd>* out) -> Task<> {
                    try {
                        co_await sleep(1h);
                    } catch (const Cancelled&) {
                        *out = to.subscribe("news").end();
                    }
                },
                hub, &end);
        });
    }
    EXPECT_EQ(end, SubscriptionEnd::loop_ended);
}

TEST_F(HubBasics, TopicsVanishWhenTheirReplayIsTooOld) {
    const Hub hub(options());
    ASSERT_TRUE(hub.publish("a", "x"));
    now += 30s;
    ASSERT_TRUE(hub.publish("b", "x"));
    {
        auto without_replay = subscribe(loop, hub, "c");
    }
    EXPECT_EQ(hub.counters().topics, 2u) << "a topic without messages goes with its last subscriber";
    now += 30s;
    ASSERT_TRUE(hub.publish("b", "y"));
    EXPECT_EQ(hub.counters().topics, 1u);
    EXPECT_EQ(hub.last_id("a"), 0u);
    EXPECT_EQ(hub.last_id("b"), 2u);
}

TEST_F(HubBasics, ASubscriberKeepsItsTopic) {
    const Hub hub(options());
    ASSERT_TRUE(hub.publish("a", "x"));
    auto subscription = subscribe(loop, hub, "a");
    now += 1h;
    ASSERT_TRUE(hub.publish("b", "x"));
    EXPECT_EQ(hub.last_id("a"), 1u);
    on(loop, [&] { subscription.close(); });
    now += 59s;
    ASSERT_TRUE(hub.publish("b", "x"));
    EXPECT_EQ(hub.last_id("a"), 1u);
    now += 1s;
    ASSERT_TRUE(hub.publish("b", "x"));
    EXPECT_EQ(hub.last_id("a"), 0u);
}

TEST_F(HubBasics, TheNumberOfTopicsIsBounded) {
    HubOptions few = options();
    few.topics = 2;
    const Hub hub(few);
    ASSERT_TRUE(hub.publish("a", "x"));
    ASSERT_TRUE(hub.publish("b", "x"));
    ASSERT_TRUE(hub.publish("c", "x"));
    EXPECT_EQ(hub.last_id("a"), 0u) << "the empty topic that was silent longest makes room";
    auto b = subscribe(loop, hub, "b");
    auto d = subscribe(loop, hub, "d");
    EXPECT_EQ(d.end(), SubscriptionEnd::none);
    EXPECT_EQ(subscribe(loop, hub, "e").end(), SubscriptionEnd::too_many_topics);
    EXPECT_EQ(hub.publish("e", "x").error().code, ErrorCode::unavailable);
    EXPECT_TRUE(hub.publish("d", "x"));
}

TEST_F(HubBasics, IdsGoOnIncreasingWhenATopicComesBack) {
    const Hub hub(options());
    ASSERT_TRUE(hub.publish("a", "1"));
    ASSERT_TRUE(hub.publish("a", "2"));
    now += 1h;
    ASSERT_TRUE(hub.publish("a", "3"));
    EXPECT_EQ(hub.last_id("a"), 3u);
}

TEST_F(HubBasics, IdsFollowTheClockByDefault) {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    const auto before = std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
    const Hub hub;
    ASSERT_TRUE(hub.publish("a", "x"));
    EXPECT_GT(hub.last_id("a"), static_cast<std::uint64_t>(before));
    EXPECT_LT(hub.last_id("a"), std::uint64_t{1} << 53) << "so that JavaScript can count with it";
}

TEST_F(HubBasics, Counts) {
    const Hub hub(options());
    const auto first = follow(loop, hub, "a");
    auto second = subscribe(loop, hub, "a", slow(SlowPolicy::drop_newest, 1));
    for (const char* text : {"1", "2", "3"}) ASSERT_TRUE(hub.publish("a", text));
    turn(loop);
    const auto counters = hub.counters();
    EXPECT_EQ(counters.published, 3u);
    EXPECT_EQ(counters.delivered, 4u);
    EXPECT_EQ(counters.dropped, 2u);
    EXPECT_EQ(counters.topics, 1u);
    EXPECT_EQ(counters.subscriptions, 2u);
}

}  // namespace
}  // namespace hyperlane
