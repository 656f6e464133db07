// Topics of a hub on WebSockets, and what becomes of peers that are slow or vanish.

#include <hyperlane/realtime.hpp>
#include <hyperlane/web/testing/websocket_test_client.hpp>
#include "web/support.hpp"

#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hyperlane {
namespace {

using testing::contains;
using testing::LogCapture;
using namespace std::chrono_literals;

std::string describe(const TopicMessage& event) {
    switch (event.kind()) {
        case TopicMessage::Kind::joined: return "+" + std::string(event.text());
        case TopicMessage::Kind::left: return "-" + std::string(event.text());
        case TopicMessage::Kind::reset: return "reset";
        case TopicMessage::Kind::message: break;
    }
    return {};
}

/// "/topic" follows the topic "a"; "/people" does so under the name of the query, and hears who else does.
class HubSockets : public ::testing::Test {
protected:
    HubSockets() {
        server.route("/topic", ws(get([this](Context, WebSocket socket) -> Task<> {
                                      result = co_await send_topic(socket, hub.subscribe("a", options));
                                  }),
                                  socket_options()));
        server.route("/people", ws(get([this](Context ctx, WebSocket socket) -> Task<> {
                         SubscribeOptions who = options;
                         who.name = ctx.get_request_query("name").value_or("");
                         who.hears_presence = true;
                         result = co_await send_topic(socket, hub.subscribe("a", who), describe);
                     })));
        server.route("/beside", ws(get([this](Context ctx, WebSocket socket) -> Task<> {
                         SubscribeOptions who = options;
                         who.name = ctx.get_request_query("name").value_or("");
                         who.hears_presence = true;
                         Scope listening;
                         listening.spawn(send_described, socket, hub.subscribe("a", who), words);
                         while (auto message = co_await socket.receive()) (void)hub.publish("a", message->data);
                     })));
        server.route(
            "/follow",
            ws(get([this](Context, WebSocket socket) -> Task<> { result = co_await follow(socket, hub, "a"); })));
    }
    static WebSocketOptions socket_options() {
        WebSocketOptions made;
        made.unsent_bytes = 1000;
        return made;
    }
    static HubOptions hub_options() {
        HubOptions made;
        made.first_id = 1;
        made.topics = 1;
        return made;
    }
    static Task<Result<>> send_described(WebSocket socket, Subscription subscription,
                                         std::string (*words)(const TopicMessage&)) {
        return send_topic(std::move(socket), std::move(subscription), words);
    }
    void publish(std::string_view text) { ASSERT_TRUE(hub.publish("a", text)); }

    Hub hub{hub_options()};
    SubscribeOptions options;
    std::string (*words)(const TopicMessage&) = describe;
    std::optional<Result<>> result;
    Server server;
};

TEST_F(HubSockets, GetEveryMessageInOrderAsItIs) {
    TestClient client(server);
    TestWebSocket one(client, "/follow");
    TestWebSocket two(client, "/topic");
    publish("first");
    ASSERT_TRUE(hub.publish("a", {.text = std::string_view("\xff\x00", 2), .binary = true}));
    publish(std::string(100'000, 'x'));
    for (TestWebSocket* socket : {&one, &two}) {
        const auto first = socket->receive();
        EXPECT_EQ(first->data, "first");
        EXPECT_FALSE(first->binary);
        const auto second = socket->receive();
        EXPECT_EQ(second->data, std::string("\xff\x00", 2));
        EXPECT_TRUE(second->binary);
        EXPECT_EQ(socket->receive()->data.size(), 100'000U);
    }
}

TEST_F(HubSockets, AreToldOfJoinsAndLeavesInTheWordsOfTheProgram) {
    TestClient client(server);
    TestWebSocket ann(client, "/people?name=ann");
    TestWebSocket silent(client, "/topic");
    {
        TestWebSocket bob(client, "/people?name=bob");
        EXPECT_EQ(ann.receive()->data, "+bob");
        EXPECT_EQ(hub.present("a"), (std::vector<std::string>{"ann", "bob"}));
        bob.disconnect();
    }
    EXPECT_EQ(ann.receive()->data, "-bob");
    publish("said");
    EXPECT_EQ(silent.receive()->data, "said") << "and of nobody who comes or goes";
}

TEST_F(HubSockets, AreToldWhenWhatTheyMissedIsGone) {
    publish("kept");
    options.after = 99;
    TestClient client(server);
    TestWebSocket socket(client, "/people");
    EXPECT_EQ(socket.receive()->data, "reset");
}

TEST_F(HubSockets, CloseInOrderWhenTheHubDoes) {
    TestClient client(server);
    TestWebSocket socket(client, "/topic");
    publish("last");
    hub.close();
    EXPECT_EQ(socket.receive()->data, "last");
    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.close_code(), 1000);
    EXPECT_TRUE(result && *result);
}

TEST_F(HubSockets, SayThatTheHubHasTooManyTopics) {
    LogCapture log;
    server.route("/other", ws(get([this](Context, WebSocket socket) -> Task<Result<>> {
                     return follow(std::move(socket), hub, "another topic");
                 })));
    TestClient client(server);
    const TestWebSocket first(client, "/topic");
    TestWebSocket second(client, "/other");
    EXPECT_FALSE(second.receive());
    EXPECT_EQ(second.close_code(), 1013);
    EXPECT_TRUE(contains(log.error(), "too many topics")) << log.error();
}

TEST_F(HubSockets, RefuseANameThatIsNoTextToThatGuestOnly) {
    LogCapture log;
    TestClient client(server);
    TestWebSocket ann(client, "/beside?name=ann");
    TestWebSocket bob(client, "/beside?name=bob");
    EXPECT_EQ(ann.receive()->data, "+bob");
    TestWebSocket odd(client, "/beside?name=%FF");
    EXPECT_FALSE(odd.receive());
    EXPECT_EQ(odd.close_code(), 1008);
    EXPECT_TRUE(contains(odd.close_reason(), "UTF-8")) << odd.close_reason();
    ASSERT_FALSE(log.lines(LogLevel::warn).empty());
    EXPECT_TRUE(contains(log.lines(LogLevel::warn).front(), "topic \"a\"")) << log.lines(LogLevel::warn).front();
    bob.send("hello");
    EXPECT_EQ(ann.receive()->data, "hello");
    EXPECT_EQ(bob.receive()->data, "hello");
}

TEST_F(HubSockets, EndASocketThatIsSpawnedForWhenItsWordsCannotBeSent) {
    LogCapture log;
    words = [](const TopicMessage&) { return std::string("\xff"); };
    TestClient client(server);
    TestWebSocket ann(client, "/beside?name=ann");
    TestWebSocket bob(client, "/beside?name=bob");
    EXPECT_FALSE(ann.receive()) << "deaf, but open";
    EXPECT_EQ(ann.close_code(), 1011);
    ASSERT_FALSE(log.lines(LogLevel::warn).empty());
    EXPECT_TRUE(contains(log.lines(LogLevel::warn).front(), "closed with 1011: a text message must be UTF-8"));
}

TEST_F(HubSockets, EndASocketThatIsSpawnedForWhenDescribingThrows) {
    LogCapture log;
    words = [](const TopicMessage&) -> std::string { throw std::runtime_error("no words"); };
    TestClient client(server);
    TestWebSocket ann(client, "/beside?name=ann");
    TestWebSocket bob(client, "/beside?name=bob");
    EXPECT_FALSE(ann.receive()) << "deaf, but open";
    EXPECT_EQ(ann.close_code(), 1011);
    ASSERT_FALSE(log.errors().empty());
    EXPECT_TRUE(contains(log.errors().front(), "no words")) << log.errors().front();
}

TEST_F(HubSockets, CloseWithAReasonAlsoWhenNobodyLooksAtTheResult) {
    LogCapture log;
    server.route("/other", ws(get([this](Context, WebSocket socket) -> Task<> {
                     Scope sending;
                     sending.spawn(follow, socket, hub, "another topic");
                     while (auto message = co_await socket.receive()) continue;
                 })));
    TestClient client(server);
    const TestWebSocket first(client, "/topic");
    TestWebSocket second(client, "/other");
    EXPECT_FALSE(second.receive());
    EXPECT_EQ(second.close_code(), 1013);
    ASSERT_FALSE(log.lines(LogLevel::warn).empty());
    EXPECT_TRUE(contains(log.lines(LogLevel::warn).front(), "too many topics")) << log.lines(LogLevel::warn).front();
}

TEST_F(HubSockets, LeaveTheTopicWhenThePeerCloses) {
    TestClient client(server);
    TestWebSocket socket(client, "/topic");
    EXPECT_EQ(hub.counters().subscriptions, 1U);
    socket.close();
    EXPECT_FALSE(socket.receive());
    client.advance(10s);
    EXPECT_EQ(hub.counters().subscriptions, 0U);
}

class SlowSockets : public HubSockets {
protected:
    SlowSockets() { options.capacity = 8; }
    /// Everything that a socket gets by now.
    static std::size_t drain(TestWebSocket& socket) {
        std::size_t count = 0;
        for (; socket.has_message(); ++count) (void)socket.receive();
        return count;
    }
};

TEST_F(SlowSockets, AreEndedByThePolicyWhileThePeerTakesNothing) {
    TestClient client(server, {.pipe_bytes = 4096});
    TestWebSocket good(client, "/topic");
    TestWebSocket stuck(client, "/topic");
    stuck.stop_reading();
    std::size_t received = 0;
    for (int i = 0; i < 40; ++i) {
        publish(std::string(1000, 'x'));
        client.settle();
        received += drain(good);
    }
    EXPECT_EQ(received, 40U);
    EXPECT_EQ(hub.counters().disconnected, 1U);
    EXPECT_GE(hub.counters().dropped, 9U);
    ASSERT_TRUE(result) << "the handler is not held by a peer that may never read";
    EXPECT_EQ(result->error().code, ErrorCode::unavailable);
    EXPECT_EQ(hub.counters().subscriptions, 1U);
    client.advance(5s);
    EXPECT_EQ(client.connections(), 1U) << "the close handshake has its own time, and no more";
    EXPECT_FALSE(good.closed());
}

TEST_F(SlowSockets, AreTold1013WhenTheyReadOn_Rfc6455_7_4) {
    TestClient client(server, {.pipe_bytes = 4096});
    TestWebSocket slow(client, "/topic");
    slow.stop_reading();
    for (int i = 0; i < 40; ++i) {
        publish(std::string(1000, 'x'));
        client.settle();
    }
    slow.read_on();
    std::size_t received = 0;
    while (const auto message = slow.receive()) {
        ++received;
        EXPECT_EQ(message->data.size(), 1000U) << "what was sent is whole";
    }
    EXPECT_GT(received, 3U);
    EXPECT_LT(received, 40U);
    EXPECT_EQ(slow.close_code(), 1013);
    EXPECT_EQ(slow.close_reason(), "too slow for this topic");
}

TEST_F(SlowSockets, LoseMessagesWhereThatIsThePolicy) {
    options.when_full = SlowPolicy::drop_oldest;
    TestClient client(server, {.pipe_bytes = 4096});
    TestWebSocket slow(client, "/topic");
    slow.stop_reading();
    for (int i = 0; i < 40; ++i) {
        publish(std::string(990, 'x') + std::to_string(i));
        client.settle();
    }
    slow.read_on();
    client.settle();
    std::vector<std::string> got;
    while (slow.has_message()) got.push_back(slow.receive()->data.substr(990));
    ASSERT_GT(got.size(), 9U);
    EXPECT_EQ(got.size() + hub.counters().dropped, 40U);
    EXPECT_EQ(got.back(), "39");
    EXPECT_FALSE(slow.closed());
}

/// Counts the handlers that run.
struct Running {
    int* count;
    explicit Running(int& running) : count(&running) { ++*count; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { --*count; }
};

TEST(VanishedSockets, TenThousandAreNoticedByTheHeartbeatAndLeaveNothing) {
    constexpr int rounds = 20;
    constexpr std::size_t at_once = 500;
    int running = 0;
    const Hub hub;
    Server server;
    server.route("/with", ws(get([&](Context, WebSocket socket) -> Task<> {
                     const Running here(running);
                     Scope sending;
                     sending.spawn(follow, socket, hub, "a");
                     while (const auto message = co_await socket.receive()) continue;
                 })));
    server.route("/alone", ws(get([&](WebSocket socket) -> Task<> {
                     const Running here(running);
                     while (const auto message = co_await socket.receive()) continue;
                 })));
    TestClient client(server);
    for (int round = 0; round < rounds; ++round) {
        std::deque<TestWebSocket> silent;
        for (std::size_t i = 0; i < at_once; ++i) {
            silent.emplace_back(client, i % 2 == 0 ? "/with" : "/alone", TestWebSocketOptions{.answer_pings = false});
            if (i % 3 == 0) silent.back().send_frame(websocket::Opcode::text, "half", false);
        }
        ASSERT_TRUE(hub.publish("a", "x"));
        client.advance(24s);
        ASSERT_EQ(running, static_cast<int>(at_once));
        client.advance(22s);
        ASSERT_EQ(running, 0);
        ASSERT_EQ(client.connections(), 0U);
        ASSERT_EQ(hub.counters().subscriptions, 0U);
    }
}

}  // namespace
}  // namespace hyperlane
