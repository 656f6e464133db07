#include "hub/support.hpp"

#include <string>

namespace hyperlane {
namespace {

using namespace testing;

constexpr hub::WireForm one_form{0};
constexpr hub::WireForm other_form{3};

TEST(TopicMessages, KeepTheirPartsApart) {
    const auto message =
        TopicMessage::make({.kind = TopicMessage::Kind::message, .topic = "t", .event = "ev", .text = "xyz", .id = 7});
    EXPECT_EQ(message.topic(), "t");
    EXPECT_EQ(message.event(), "ev");
    EXPECT_EQ(message.text(), "xyz");
    EXPECT_EQ(message.id(), 7u);
    EXPECT_FALSE(TopicMessage());
}

TEST(TopicMessages, AreEncodedOncePerWireForm) {
    auto message = TopicMessage::make({.kind = {}, .topic = {}, .event = {}, .text = "x"});
    int encoded = 0;
    const auto encode = [&](const TopicMessage& from) {
        ++encoded;
        return "<" + std::string(from.text()) + ">";
    };
    const TopicMessage copy = message;
    EXPECT_EQ(message.wire(one_form, encode), "<x>");
    EXPECT_EQ(copy.wire(one_form, encode).data(), message.wire(one_form, encode).data());
    EXPECT_EQ(encoded, 1);
    EXPECT_EQ(message.wire(other_form, encode), "<x>");
    EXPECT_EQ(encoded, 2);
    message = TopicMessage();
    EXPECT_EQ(copy.wire(one_form, encode), "<x>") << "it lives as long as any handle";
}

class FanOut : public HubTest {};

TEST_F(FanOut, EncodesOnceForAThousandSubscribers) {
    const Hub hub(options());
    int encoded = 0;
    std::size_t bytes = 0;
    auto receive = [&](Subscription from) -> Task<> {
        const auto encode = [&](const TopicMessage& message) {
            ++encoded;
            return "data:" + std::string(message.text());
        };
        while (const auto message = co_await from.receive()) bytes += message->wire(one_form, encode).size();
    };
    on(loop, [&] {
        for (int i = 0; i < 1000; ++i) spawn(receive, hub.subscribe("a"));
    });
    ASSERT_TRUE(hub.publish("a", "x"));
    turn(loop);
    EXPECT_EQ(bytes, 6000u);
    EXPECT_EQ(encoded, 1);
}

}  // namespace
}  // namespace hyperlane
