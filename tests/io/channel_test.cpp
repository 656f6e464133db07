#include <hyperlane/io/channel.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

using Text = std::unique_ptr<std::string>;
Text text(const char* value) { return std::make_unique<std::string>(value); }

class Channels : public ::testing::Test {
protected:
    Loop loop{io::make_virtual_backend()};
    io::CancelScope scope{&loop.scope()};
};

Task<bool> send(Channel<int>* channel, int value) {
    const auto sent = co_await channel->send(value);
    EXPECT_TRUE(sent || sent.error().code == ErrorCode::closed);
    co_return sent.has_value();
}

Task<std::optional<int>> receive(Channel<int>* channel) { co_return co_await channel->receive(); }

Task<> send_numbers(Channel<int>* channel, int count) {
    for (int i = 0; i < count; ++i) (void)co_await channel->send(i);
    channel->close();
}

Task<std::vector<int>> receive_all(Channel<int>* channel) {
    std::vector<int> values;
    while (const auto value = co_await channel->receive()) values.push_back(*value);
    co_return values;
}

TEST_F(Channels, DeliverEverythingInOrderAtEveryCapacity) {
    std::vector<int> expected(1000);
    std::iota(expected.begin(), expected.end(), 0);
    for (const std::size_t capacity : {0U, 1U, 2U, 7U, 1000U, 2000U}) {
        Channel<int> channel(capacity);
        const auto sender = testing::start(loop, send_numbers(&channel, 1000));
        EXPECT_EQ(testing::run(loop, receive_all(&channel)), expected) << capacity;
        EXPECT_TRUE(sender->ended);
    }
}

TEST_F(Channels, AFullOneMakesSendersWaitUntilThereIsRoom) {
    Channel<int> channel(1);
    const auto first = testing::start(loop, send(&channel, 1));
    const auto second = testing::start(loop, send(&channel, 2));
    testing::turn(loop);
    EXPECT_TRUE(first->ended);
    EXPECT_FALSE(second->ended);
    EXPECT_EQ(channel.try_receive(), 1);
    testing::turn(loop);
    EXPECT_TRUE(second->ended);
    EXPECT_EQ(channel.size(), 1U);
}

TEST_F(Channels, SendersAndReceiversAreServedInTheirOrder) {
    Channel<int> channel(0);
    std::vector<std::shared_ptr<testing::Outcome<std::optional<int>>>> receivers;
    for (int i = 0; i < 5; ++i) receivers.push_back(testing::start(loop, receive(&channel)));
    testing::turn(loop);
    for (int i = 0; i < 5; ++i) testing::start(loop, send(&channel, i));
    testing::turn(loop);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(receivers[static_cast<std::size_t>(i)]->take(), i);

    std::vector<std::shared_ptr<testing::Outcome<bool>>> senders;
    for (int i = 0; i < 5; ++i) senders.push_back(testing::start(loop, send(&channel, i)));
    testing::turn(loop);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(channel.try_receive(), i);
        testing::turn(loop);
        for (int j = 0; j < 5; ++j) EXPECT_EQ(senders[static_cast<std::size_t>(j)]->ended, j <= i);
    }
}

TEST_F(Channels, NobodyIsResumedFromWithinACallOfAnother) {
    Channel<int> channel(1);
    const auto receiver = testing::start(loop, receive(&channel));
    testing::turn(loop);
    loop.post([&] {
        EXPECT_TRUE(channel.try_send(1));
        EXPECT_FALSE(receiver->ended);
        channel.close();
        EXPECT_FALSE(receiver->ended);
    });
    testing::turn(loop);
    EXPECT_EQ(receiver->take(), 1);
}

TEST_F(Channels, TrySendRefusesWhenFullOrClosedAndLeavesTheValueAlone) {
    Channel<Text> channel(1);
    EXPECT_TRUE(channel.try_send(text("one")));
    Text two = text("two");
    EXPECT_EQ(channel.try_send(std::move(two)).error().code, ErrorCode::unavailable);
    ASSERT_NE(two, nullptr);
    channel.close();
    EXPECT_EQ(channel.try_send(std::move(two)).error().code, ErrorCode::closed);
    ASSERT_NE(two, nullptr);
    EXPECT_EQ(**channel.try_receive(), "one");
    EXPECT_FALSE(channel.try_receive());
}

TEST_F(Channels, AClosedOneIsDrainedBeforeItEnds) {
    Channel<int> channel(3);
    const auto waiting = [&] { return testing::start(loop, send(&channel, 9)); };
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(channel.try_send(int(i)));
    const auto sender = waiting();
    testing::turn(loop);
    channel.close();
    channel.close();
    testing::turn(loop);
    EXPECT_FALSE(sender->take());
    EXPECT_EQ(testing::run(loop, receive_all(&channel)), (std::vector{0, 1, 2}));
    EXPECT_FALSE(testing::run(loop, send(&channel, 1)));
    EXPECT_EQ(testing::run(loop, receive(&channel)), std::nullopt);
}

TEST_F(Channels, ClosingWakesEveryReceiver) {
    Channel<int> channel(3);
    const auto one = testing::start(loop, receive(&channel));
    const auto two = testing::start(loop, receive(&channel));
    testing::turn(loop);
    channel.close();
    testing::turn(loop);
    EXPECT_EQ(one->take(), std::nullopt);
    EXPECT_EQ(two->take(), std::nullopt);
}

TEST_F(Channels, ACancelledReceiverTakesNoValue) {
    Channel<int> channel(1);
    const auto cancelled = testing::start(loop, receive(&channel), scope);
    const auto next = testing::start(loop, receive(&channel));
    testing::turn(loop);
    loop.post([&] {
        scope.cancel();
        EXPECT_TRUE(channel.try_send(1));
    });
    testing::turn(loop);
    EXPECT_TRUE(cancelled->cancelled);
    EXPECT_EQ(next->take(), 1);
}

TEST_F(Channels, ACancelledSenderDeliversNothing) {
    Channel<int> channel(0);
    const auto cancelled = testing::start(loop, send(&channel, 1), scope);
    const auto next = testing::start(loop, send(&channel, 2));
    testing::turn(loop);
    loop.post([&] { scope.cancel(); });
    testing::turn(loop);
    EXPECT_TRUE(cancelled->cancelled);
    EXPECT_EQ(channel.try_receive(), 2);
    testing::turn(loop);
    EXPECT_TRUE(next->take());
}

TEST_F(Channels, AnOperationInACancelledScopeDoesNothing) {
    Channel<int> channel(2);
    EXPECT_TRUE(channel.try_send(1));
    scope.cancel();
    const auto sender = testing::start(loop, send(&channel, 2), scope);
    const auto receiver = testing::start(loop, receive(&channel), scope);
    testing::turn(loop);
    EXPECT_TRUE(sender->cancelled);
    EXPECT_TRUE(receiver->cancelled);
    EXPECT_EQ(channel.size(), 1U);
}

TEST_F(Channels, OneThatIsDestroyedReleasesWhoeverWaits) {
    auto channel = std::make_unique<Channel<int>>(0);
    auto other = std::make_unique<Channel<int>>(0);
    const auto sender = testing::start(loop, send(channel.get(), 1));
    const auto receiver = testing::start(loop, receive(other.get()));
    testing::turn(loop);
    loop.post([&] {
        channel.reset();
        other.reset();
    });
    testing::turn(loop);
    EXPECT_FALSE(sender->take());
    EXPECT_EQ(receiver->take(), std::nullopt);
}

Task<bool> send_text(Channel<Text>* channel, Text value) {
    co_return (co_await channel->send(std::move(value))).has_value();
}

TEST_F(Channels, CarryValuesThatCanOnlyBeMoved) {
    for (const std::size_t capacity : {0U, 1U}) {
        Channel<Text> channel(capacity);
        const auto one = testing::start(loop, send_text(&channel, text("a long text, too long for the small buffer")));
        const auto two = testing::start(loop, send_text(&channel, text("two")));
        testing::turn(loop);
        EXPECT_EQ(**channel.try_receive(), "a long text, too long for the small buffer");
        EXPECT_EQ(**channel.try_receive(), "two");
        testing::turn(loop);
        EXPECT_TRUE(one->take() && two->take());
    }
}

Task<> endless_send(Channel<int>* channel, int* next) {
    for (;;) {
        const auto sent = co_await channel->send(*next);
        if (!sent) co_return;
        ++*next;
    }
}

Task<> endless_receive(Channel<int>* channel, std::vector<int>* got) {
    while (const auto value = co_await channel->receive()) got->push_back(*value);
}

// Senders take the next number only once the one before has been sent, so that a lost or a doubled value shows.
TEST_F(Channels, NothingIsLostOrDoubledWhenReceiversAndSendersAreCancelledAtRandom) {
    std::mt19937 random(11);
    for (const std::size_t capacity : {0U, 1U, 3U}) {
        Channel<int> channel(capacity);
        int next = 0;
        std::vector<int> got;
        for (int round = 0; round < 500; ++round) {
            io::CancelScope below(&loop.scope());
            const auto sender = testing::start(loop, endless_send(&channel, &next), below);
            io::CancelScope receivers(&loop.scope());
            const auto receiver = testing::start(loop, endless_receive(&channel, &got), receivers);
            const auto steps = random() % 4;
            const bool sender_first = random() % 2 == 0;
            int turns = 0;
            bool done = false;
            const std::function<void()> step = [&] {
                if (++turns <= static_cast<int>(steps)) return loop.post(step);
                (sender_first ? below : receivers).cancel();
                loop.post([&] {
                    (sender_first ? receivers : below).cancel();
                    done = true;
                });
            };
            loop.post(step);
            loop.run_until([&] { return done && sender->ended && receiver->ended; });
            while (const auto value = channel.try_receive()) got.push_back(*value);
        }
        ASSERT_EQ(got.size(), static_cast<std::size_t>(next));
        for (int i = 0; i < next; ++i) ASSERT_EQ(got[static_cast<std::size_t>(i)], i);
    }
}

}  // namespace
}  // namespace hyperlane
