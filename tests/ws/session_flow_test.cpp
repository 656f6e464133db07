// Slow handlers, slow peers, and messages in pieces.

#include "ws/harness.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hyperlane::websocket::testing {
namespace {

Task<> never(WebSocket) { co_await sleep(24h); }

TEST(Backpressure, StopsReadingWhileTheHandlerIsBusy) {
    World world({}, [](WebSocket socket) -> Task<> {
        co_await sleep(10s);
        co_await echo(socket);
    });
    const std::string payload(10'000, 'x');
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += binary_frame(payload);
    world.say_all(bytes);
    EXPECT_FALSE(world.peer->sent_all());
    world.pass(11s);
    Frames got = world.say_all({});
    EXPECT_EQ(got.size(), 100U);
    EXPECT_TRUE(world.peer->sent_all());
}

TEST(Backpressure, SuspendsASenderWhileThePeerDoesNotRead) {
    int sent = 0;
    World world({}, [&](WebSocket socket) -> Task<> {
        const std::string payload(10'000, 'x');
        for (int i = 0; i < 100; ++i) {
            if (!co_await socket.send_binary(payload)) co_return;
            ++sent;
        }
    });
    world.peer->read(false);
    world.turns();
    // What the pipe holds, and what the queue takes.
    EXPECT_LT(sent, 40);
    EXPECT_GE(world.socket->unsent_bytes(), 64U * 1024);
    EXPECT_LT(world.socket->unsent_bytes(), 64U * 1024 + 10'100);
    world.peer->read(true);
    EXPECT_EQ(world.say_all({}).size(), 101U);
    EXPECT_EQ(sent, 100);
}

TEST(Backpressure, KeepsTheOrderOfSendersThatWait) {
    World world({}, never);
    world.peer->read(false);
    std::vector<std::shared_ptr<hyperlane::testing::Outcome<void>>> senders;
    for (int i = 0; i < 30; ++i) {
        senders.push_back(hyperlane::testing::start(world.loop(), [](WebSocket socket, int number) -> Task<> {
            const auto first = co_await socket.send(std::string(10'000, 'x') + std::to_string(number));
            EXPECT_TRUE(first);
        }(*world.socket, i)));
    }
    world.turns();
    EXPECT_FALSE(senders.back()->ended);
    world.peer->read(true);
    const Frames frames = world.say_all({});
    ASSERT_EQ(frames.size(), 30U);
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(frames[static_cast<std::size_t>(i)].payload.substr(10'000), std::to_string(i));
    }
}

TEST(Backpressure, LetsASenderThatWaitsBeCancelled) {
    io::CancelScope mine;
    World world({}, never);
    world.peer->read(false);
    const auto flood = [](WebSocket socket) -> Task<> {
        Result<> sent;
        while (sent) sent = co_await socket.send_binary(std::string(10'000, 'x'));
    };
    const auto first = hyperlane::testing::start(world.loop(), flood(*world.socket), mine);
    io::CancelScope others;
    const auto second = hyperlane::testing::start(world.loop(), flood(*world.socket), others);
    world.turns();
    mine.cancel();
    world.turns();
    EXPECT_TRUE(first->cancelled);
    EXPECT_FALSE(second->ended);
    world.peer->read(true);
    world.turns(100);
    EXPECT_GT(world.peer->frames().size(), 20U);
    others.cancel();
    world.turns();
    EXPECT_TRUE(second->cancelled);
}

TEST(Backpressure, DropsOrDisconnectsByPolicy) {
    WebSocketOptions options;
    options.when_full = WhenFull::drop;
    World dropping(options, never);
    dropping.peer->read(false);
    dropping.turns();
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(dropping.socket->try_send_binary(std::string(10'000, 'x')));
    EXPECT_GT(dropping.socket->dropped(), 80U);
    EXPECT_LT(dropping.socket->unsent_bytes(), 80'000U);

    options.when_full = WhenFull::disconnect;
    World strict(options, never);
    strict.peer->read(false);
    strict.turns();
    int sent = 0;
    while (strict.socket->try_send_binary(std::string(10'000, 'x'))) ++sent;
    EXPECT_LT(sent, 20);
    EXPECT_EQ(strict.socket->close_code(), 1013);
    strict.pass(6s);
    EXPECT_TRUE(strict.cancelled);
    EXPECT_TRUE(strict.peer->failed);
}

TEST(Backpressure, TriesWithoutWaiting) {
    World world({}, never);
    world.peer->read(false);
    world.turns();
    Result<> sent;
    int count = 0;
    while ((sent = world.socket->try_send_binary(std::string(10'000, 'x')))) ++count;
    EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
    EXPECT_LT(count, 20);
}

TEST(Backpressure, DropsAPeerThatTakesNothingForTooLong) {
    World world({}, never);
    world.peer->read(false);
    world.turns();
    while (world.socket->try_send_binary(std::string(10'000, 'x'))) {
    }
    for (int i = 0; i < 4; ++i) {
        world.pass(10s);
        world.peer->send(ping_frame());
    }
    EXPECT_TRUE(world.cancelled);
}

TEST(Backpressure, StopsReadingFromAPeerThatNeverReads) {
    World world;
    world.peer->read(false);
    world.peer->send([] {
        std::string pings;
        for (int i = 0; i < 10'000; ++i) pings += ping_frame(std::string(125, 'x'));
        return pings;
    }());
    world.turns(100);
    EXPECT_FALSE(world.peer->sent_all());
    EXPECT_LT(world.socket->unsent_bytes(), 256U * 1024);
}

TEST(Fragments, ComeAsTheyArrive) {
    std::vector<std::string> got;
    World world({}, [&](WebSocket socket) -> Task<> {
        while (auto piece = co_await socket.receive_fragment()) {
            got.push_back((piece->binary ? "b:" : "t:") + piece->data + (piece->last ? "." : ""));
        }
    });
    world.say(text_frame("abcdef").substr(0, 9));
    EXPECT_EQ(got, (std::vector<std::string>{"t:abc"}));
    world.say(text_frame("abcdef").substr(9));
    world.say(binary_frame("1", false) + ping_frame() + more_frame("2", false));
    world.say(more_frame("3"));
    EXPECT_EQ(got, (std::vector<std::string>{"t:abc", "t:def.", "b:1", "b:2", "b:3."}));
}

TEST(Fragments, LetAMessageBeLargerThanTheLimit) {
    WebSocketOptions options;
    options.message_bytes = 100'000;
    std::size_t bytes = 0;
    bool last = false;
    World world(options, [&](WebSocket socket) -> Task<> {
        while (auto piece = co_await socket.receive_fragment()) {
            bytes += piece->data.size();
            last = piece->last;
        }
    });
    world.say_all(binary_frame(std::string(1'000'000, 'x')));
    EXPECT_EQ(bytes, 1'000'000U);
    EXPECT_TRUE(last);
    EXPECT_TRUE(world.socket->is_open());
}

TEST(Fragments, AreSentAsOneMessage_Rfc6455_5_4) {
    World world({}, [](WebSocket socket) -> Task<> {
        co_await socket.send_fragment("a", false);
        co_await socket.send_fragment("b", false);
        co_await socket.send_fragment("c", true);
        co_await socket.send("next");
    });
    const Frames frames = world.peer->frames();
    ASSERT_EQ(frames.size(), 5U);
    EXPECT_EQ(frames[0], (RawFrame{.opcode = 1, .payload = "a", .fin = false, .masked = false}));
    EXPECT_EQ(frames[1], (RawFrame{.opcode = 0, .payload = "b", .fin = false, .masked = false}));
    EXPECT_EQ(frames[2], (RawFrame{.opcode = 0, .payload = "c", .masked = false}));
    EXPECT_EQ(frames[3], text_of("next"));
}

TEST(Fragments, MakeOtherSendersWait_Rfc6455_5_4) {
    World world({}, [](WebSocket socket) -> Task<> {
        co_await socket.send_binary_fragment("a", false);
        co_await sleep(1s);
        co_await socket.send_binary_fragment("b", true);
        co_await sleep(1s);
    });
    const auto other = hyperlane::testing::start(world.loop(), [](WebSocket socket) -> Task<> {
        const auto sent = co_await socket.send("other");
        EXPECT_TRUE(sent);
    }(*world.socket));
    EXPECT_EQ(world.say(ping_frame("p")).size(), 2U);  // a control frame goes between
    EXPECT_FALSE(other->ended);
    world.pass(1100ms);
    const Frames frames = world.peer->frames();
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[1], text_of("other"));
}

}  // namespace
}  // namespace hyperlane::websocket::testing
