// Two hubs and what connects them: a broker in memory that decides order and ids, as one across a network would.

#include <hyperlane/io/log.hpp>
#include "hub/support.hpp"

#include <functional>
#include <map>
#include <set>

namespace hyperlane {
namespace {

using namespace testing;

/// What all brokers of one test are connected to.
struct Exchange {
    std::vector<class TestBroker*> brokers;
    std::map<std::string, std::uint64_t, std::less<>> last_ids;
    bool down = false;
};

class TestBroker final : public Broker {
public:
    explicit TestBroker(Exchange& exchange) : exchange_(&exchange) { exchange.brokers.push_back(this); }
    ~TestBroker() override { std::erase(exchange_->brokers, this); }

    void attach(Receiver& receiver) override { receiver_ = &receiver; }
    Result<> publish(const BrokerMessage& message) override {
        if (exchange_->down) return fail(ErrorCode::unavailable, "the broker is down");
        BrokerMessage numbered = message;
        numbered.id = ++exchange_->last_ids[std::string(message.topic)];
        for (TestBroker* broker : exchange_->brokers) {
            if (broker->wanted.contains(message.topic)) broker->receiver_->on_message(numbered);
        }
        return {};
    }
    void on_interest(std::string_view topic, bool is_wanted) override {
        if (is_wanted) {
            wanted.emplace(topic);
        } else {
            wanted.erase(std::string(topic));
        }
    }

    void repeat(const BrokerMessage& message) { receiver_->on_message(message); }
    void lose(std::string_view topic) { receiver_->on_gap(topic); }

    std::set<std::string, std::less<>> wanted;

private:
    Exchange* exchange_;
    Receiver* receiver_ = nullptr;
};

class Brokers : public HubTest {
protected:
    Exchange exchange;
    TestBroker* broker = new TestBroker(exchange);
    Hub here{options(), std::unique_ptr<Broker>(broker)};
    Hub there{options(), std::make_unique<TestBroker>(exchange)};
};

TEST_F(Brokers, CarryMessagesToEveryHubInOneOrder) {
    const auto heard_here = follow(loop, here, "a");
    const auto heard_there = follow(loop, there, "a");
    ASSERT_TRUE(here.publish("a", "one"));
    ASSERT_TRUE(there.publish("a", "two"));
    turn(loop);
    EXPECT_EQ(heard_here->texts, (Texts{"1:one", "2:two"}));
    EXPECT_EQ(heard_there->texts, heard_here->texts);
}

TEST_F(Brokers, AreToldWhichTopicsAreWanted) {
    EXPECT_TRUE(here.publish("a", "nobody hears it"));
    EXPECT_TRUE(broker->wanted.empty());
    auto subscription = subscribe(loop, here, "a");
    EXPECT_TRUE(broker->wanted.contains("a"));
    ASSERT_TRUE(here.publish("a", "x"));
    on(loop, [&] { subscription.close(); });
    EXPECT_TRUE(broker->wanted.contains("a")) << "as long as the replay is kept";
    now += 1h;
    auto other = subscribe(loop, here, "b");
    EXPECT_FALSE(broker->wanted.contains("a"));
}

TEST_F(Brokers, WhatCameTwiceIsGivenOnce) {
    const auto heard = follow(loop, here, "a");
    ASSERT_TRUE(there.publish("a", "one"));
    broker->repeat({.topic = "a", .id = 1, .event = {}, .text = "one"});
    broker->repeat({.topic = "a", .id = 5, .event = {}, .text = "five"});
    turn(loop);
    EXPECT_EQ(heard->texts, (Texts{"1:one", "5:five"}));
}

TEST_F(Brokers, KnowNothingOfWhatCameBeforeATopicWasWanted) {
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(there.publish("a", "x"));
    auto first = subscribe(loop, here, "a");
    ASSERT_TRUE(there.publish("a", "x"));
    auto missed_some = subscribe(loop, here, "a", after(3));
    EXPECT_EQ(take_all(loop, missed_some), Texts{"reset 6"});
    auto missed_none = subscribe(loop, here, "a", after(5));
    EXPECT_EQ(take_all(loop, missed_none), Texts{"6:x"});
}

TEST_F(Brokers, TellOfGaps) {
    auto subscription = subscribe(loop, here, "a");
    ASSERT_TRUE(here.publish("a", "x"));
    broker->lose("a");
    broker->lose("unknown");
    ASSERT_TRUE(here.publish("a", "y"));
    EXPECT_EQ(take_all(loop, subscription), (Texts{"1:x", "reset 1", "2:y"}));
    auto back = subscribe(loop, here, "a", after(0));
    EXPECT_EQ(take_all(loop, back), Texts{"reset 2"});
}

TEST_F(Brokers, CarryNothingInThatAHubWouldRefuse) {
    Texts logged;
    set_log_sink([&logged](LogLevel, std::string_view line) { logged.emplace_back(line); });
    const auto heard = follow(loop, here, "a");
    broker->repeat({.topic = "a", .id = 1, .event = {}, .text = "\xff"});
    broker->repeat({.topic = "a", .id = 2, .event = "\xff", .text = "x"});
    broker->repeat({.topic = "a", .id = 3, .event = {}, .text = "fine"});
    turn(loop);
    set_log_sink({});
    EXPECT_EQ(heard->texts, Texts{"3:fine"});
    ASSERT_EQ(logged.size(), 2U);
    EXPECT_TRUE(logged[0].contains("the text of a message to \"a\": expected UTF-8")) << logged[0];
    EXPECT_TRUE(logged[1].contains("the event of a message to \"a\"")) << logged[1];
}

TEST_F(Brokers, FailuresAreThePublishersToSee) {
    exchange.down = true;
    EXPECT_EQ(here.publish("a", "x").error().code, ErrorCode::unavailable);
    here.close();
    EXPECT_EQ(exchange.brokers.size(), 1u) << "the broker ends with its hub";
    EXPECT_EQ(here.publish("a", "x").error().code, ErrorCode::closed);
}

}  // namespace
}  // namespace hyperlane
