#include <hyperlane/http/event_stream_parser.hpp>
#include <hyperlane/hub/hub.hpp>
#include <hyperlane/web/realtime/event_stream.hpp>
#include "web/support.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hyperlane {
namespace {

using namespace testing;

std::string written(const ServerEvent& event) {
    std::string text;
    EXPECT_TRUE(web::write_event(event, text));
    return text;
}

TEST(EventStreamFormat, WritesEveryPart) {
    EXPECT_EQ(written({.event = "tick", .data = "x", .id = "7", .retry = 1500ms, .comment = "c"}),
              ": c\nid: 7\nretry: 1500\nevent: tick\ndata: x\n\n");
    EXPECT_EQ(written({}), "\n");
    EXPECT_EQ(written({.data = ""}), "data: \n\n");
    EXPECT_EQ(written({.id = ""}), "id: \n\n");
}

TEST(EventStreamFormat, EveryLineOfDataIsAField_WhatwgHtml_9_2_5) {
    EXPECT_EQ(written({.data = "a\nb\r\nc\rd"}), "data: a\ndata: b\ndata: c\ndata: d\n\n");
    EXPECT_EQ(written({.data = "\n"}), "data: \ndata: \n\n");
    EXPECT_EQ(written({.data = "a\r"}), "data: a\ndata: \n\n");
    EXPECT_EQ(written({.data = " x"}), "data:  x\n\n") << "one space is the format's, one is the text's";
    EXPECT_EQ(written({.comment = "a\nid: 7"}), ": a\n: id: 7\n\n");
}

TEST(EventStreamFormat, RefusesWhatWouldEndTheLine) {
    for (const std::string_view bad : {std::string_view("a\nb"), std::string_view("\r"), std::string_view("\0", 1)}) {
        for (const bool in_id : {false, true}) {
            ServerEvent event;
            event.data = "x";
            if (in_id) {
                event.id = bad;
            } else {
                event.event = bad;
            }
            std::string text("kept");
            const auto result = web::write_event(event, text);
            ASSERT_FALSE(result);
            EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
            EXPECT_TRUE(contains(result.error().message, in_id ? "the id of" : "the name of"))
                << result.error().message;
            EXPECT_EQ(text, "kept");
        }
    }
    std::string text;
    EXPECT_FALSE(web::write_event({.retry = -1ms}, text));
}

TEST(EventStreamFormat, RefusesWhatIsNoUtf8_WhatwgHtml_9_2_5) {
    const std::string_view bad("cut \xe2\x82");
    for (const ServerEvent& event :
         {ServerEvent{.event = bad}, ServerEvent{.data = bad}, ServerEvent{.id = bad}, ServerEvent{.comment = bad}}) {
        std::string text("kept");
        const auto result = web::write_event(event, text);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
        EXPECT_TRUE(contains(result.error().message, "UTF-8")) << result.error().message;
        EXPECT_EQ(text, "kept");
    }
}

using Body = std::function<Task<>(EventStream&)>;

/// A server whose "/" runs `body` with an event stream.
class Streams : public ::testing::Test {
protected:
    void serve(Body body, EventStreamOptions options = {}) {
        server.route("/", get([body = std::move(body), options](Context ctx) -> Task<> {
                         EventStream events(ctx, options);
                         co_await body(events);
                     }));
    }
    Server server;
};

TEST_F(Streams, SendTheirHeadAtOnce) {
    serve([](EventStream&) -> Task<> { co_await sleep(1h); });
    TestClient client(server);
    auto pending = client.get("/").start();
    const auto& head = pending.head();
    EXPECT_EQ(client.elapsed(), 0ms);
    EXPECT_EQ(head.status(), 200);
    EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(head.header("Cache-Control"), "no-store");
    EXPECT_EQ(head.header("X-Accel-Buffering"), "no");
    EXPECT_EQ(head.header("Transfer-Encoding"), "chunked");
}

TEST_F(Streams, AnEventIsOneChunkAndArrivesWhenItIsSent) {
    serve([](EventStream& events) -> Task<> {
        for (int i = 1; i <= 3; ++i) {
            const std::string id = std::to_string(i);
            ServerEvent event{.event = "tick", .data = "now", .id = id};
            EXPECT_TRUE(co_await events.send(event));
            co_await sleep(1s);
        }
        EXPECT_TRUE(co_await events.send("plain"));
    });
    TestClient client(server);
    auto stream = client.get("/").open();
    EXPECT_EQ(stream.next_chunk(), "id: 1\nevent: tick\ndata: now\n\n");
    EXPECT_EQ(client.elapsed(), 0s);
    EXPECT_EQ(stream.next_chunk(), "id: 2\nevent: tick\ndata: now\n\n");
    EXPECT_EQ(client.elapsed(), 1s);
    EXPECT_EQ(stream.next_chunk(), "id: 3\nevent: tick\ndata: now\n\n");
    EXPECT_EQ(stream.next_chunk(), "data: plain\n\n");
    EXPECT_EQ(stream.next_chunk(), std::nullopt) << "the end of the handler is a clean end";
    EXPECT_TRUE(stream.response().keeps_alive());
}

TEST_F(Streams, ARefusedEventSendsNothingAndTheStreamGoesOn) {
    serve([](EventStream& events) -> Task<> {
        ServerEvent bad{.event = {}, .data = "x", .id = "1\n2"};
        const auto sent = co_await events.send(bad);
        EXPECT_EQ(sent.error().code, ErrorCode::invalid_argument);
        EXPECT_TRUE(co_await events.send("good"));
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().body(), "data: good\n\n");
}

TEST_F(Streams, ACommentKeepsASilentStreamAlive) {
    serve([](EventStream& events) -> Task<> {
        co_await sleep(20s);
        EXPECT_TRUE(co_await events.send("x"));
        co_await sleep(40s);
    });
    TestClient client(server);
    auto stream = client.get("/").open();
    const auto next_at = [&](std::string_view expected, Duration when) {
        EXPECT_EQ(stream.next_chunk(), expected);
        EXPECT_EQ(client.elapsed(), when);
    };
    next_at(":\n\n", 15s);
    next_at("data: x\n\n", 20s);
    next_at(":\n\n", 35s);
    next_at(":\n\n", 50s);
    EXPECT_EQ(stream.next_chunk(), std::nullopt);
}

TEST_F(Streams, TheHeartbeatIsSettable) {
    serve([](EventStream&) -> Task<> { co_await sleep(1h); }, {.heartbeat = 0ms, .retry = 3s});
    TestClient client(server);
    auto stream = client.get("/").open();
    EXPECT_EQ(stream.next_chunk(), "retry: 3000\n\n");
    EXPECT_EQ(stream.next_chunk(), std::nullopt);
    EXPECT_EQ(client.elapsed(), 1h);
}

TEST_F(Streams, AClientThatLeavesStopsTheProducer) {
    bool cancelled = false;
    int sent = 0;
    serve([&](EventStream& events) -> Task<> {
        try {
            for (;;) {
                (void)co_await events.send("x");
                ++sent;
                co_await sleep(1s);
            }
        } catch (const Cancelled&) {
            cancelled = true;
            EXPECT_FALSE(events.is_connected());
            throw;
        }
    });
    TestClient client(server);
    auto stream = client.get("/").start();
    client.advance(2s);
    stream.disconnect();
    client.advance(1h);
    EXPECT_TRUE(cancelled);
    EXPECT_EQ(sent, 3);
}

TEST_F(Streams, ASlowReaderHoldsTheProducer) {
    std::size_t sent = 0;
    serve([&](EventStream& events) -> Task<> {
        const std::string data(10'000, 'x');
        for (; sent < 100; ++sent) EXPECT_TRUE(co_await events.send(data));
    });
    TestClient client(server);
    auto connection = client.connect();
    connection.stop_reading();
    connection.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_LT(sent, 20u);
    client.advance(29s);
    EXPECT_LT(sent, 20u) << "no heartbeat is put behind what is not taken";
    connection.read_on();
    EXPECT_EQ(sent, 100u);
    EXPECT_FALSE(contains(connection.received(), "\n:\n"));
}

TEST_F(Streams, KnowTheLastEventIdOfTheClient) {
    std::vector<std::string> ids;
    std::vector<std::optional<std::uint64_t>> numbers;
    serve([&](EventStream& events) -> Task<> {
        ids.emplace_back(events.last_event_id());
        numbers.push_back(events.last_event_number());
        co_return;
    });
    TestClient client(server);
    (void)client.get("/").send();
    (void)client.get("/").header("Last-Event-ID", "").send();
    (void)client.get("/?last_event_id=1").header("Last-Event-ID", "42").send();
    (void)client.get("/?lastEventId=a%20b").send();
    (void)client.get("/?last_event_id=9").send();
    EXPECT_EQ(ids, (std::vector<std::string>{"", "", "42", "a b", "9"}));
    EXPECT_EQ(numbers, (std::vector<std::optional<std::uint64_t>>{std::nullopt, std::nullopt, 42, UINT64_MAX, 9}));
}

TEST_F(Streams, AHeadRequestGetsNoEvents) {
    serve([](EventStream& events) -> Task<> {
        const auto sent = co_await events.send("x");
        EXPECT_EQ(sent.error().code, ErrorCode::already_done);
    });
    TestClient client(server);
    const auto response = client.head("/").send();
    EXPECT_EQ(response.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(response.body(), "");
}

TEST(EventStreams, OnAResponseThatIsOutAlreadySendNothing) {
    const auto response = answer_of([](Context ctx) -> Task<> {
        ctx.set_response_body("whole");
        EXPECT_TRUE(co_await ctx.send());
        EventStream events(ctx);
        const auto sent = co_await events.send("x");
        EXPECT_EQ(sent.error().code, ErrorCode::already_done);
    });
    EXPECT_EQ(response.body(), "whole");
    EXPECT_EQ(response.header("Content-Type"), "text/plain; charset=utf-8");
}

TEST(EventStreams, EndTheConnectionForHttp10) {
    Server server;
    server.route("/", get([](Context ctx) -> Task<> {
                     EventStream events(ctx);
                     EXPECT_TRUE(co_await events.send("x"));
                 }));
    TestClient client(server);
    EXPECT_EQ(client.get("/").http_1_0().send().body(), "data: x\n\n");
}

// By hand, without EventStream: what the first example of the documentation does.
TEST(EventStreams, ByHandArriveAtOnceAndStopWhenTheClientLeaves) {
    int rounds = 0;
    Server server;
    server.route("/", get([&](Context ctx) -> Task<> {
                     ctx.set_response_status_code(200).set_response_header(header::content_type,
                                                                           mime::text_event_stream);
                     const Result<> begun = co_await ctx.send();
                     for (; begun && rounds < 10; ++rounds) {
                         if (!co_await ctx.send_body("data:" + std::to_string(rounds) + "\n\n")) co_return;
                         co_await sleep(1s);
                     }
                     ctx.close();
                 }));
    TestClient client(server);
    {
        auto stream = client.get("/").open();
        for (int i = 0; i < 10; ++i) {
            EXPECT_EQ(stream.next_chunk(), "data:" + std::to_string(i) + "\n\n");
            EXPECT_EQ(client.elapsed(), std::chrono::seconds(i));
        }
        EXPECT_EQ(stream.next_chunk(), std::nullopt);
        EXPECT_EQ(client.elapsed(), 10s);
    }
    rounds = 0;
    auto stream = client.get("/").start();
    client.advance(3500ms);
    stream.disconnect();
    client.advance(1h);
    EXPECT_EQ(rounds, 3);
}

/// "/" follows the topic "a".
class HubStreams : public ::testing::Test {
protected:
    void SetUp() override {
        server.data(hub);
        server.route("/", get([this](Context ctx) -> Task<> {
                         EventStream events(ctx, {.heartbeat = 0ms});
                         result = co_await events.follow(ctx.get_data<Hub>(), "a", options);
                     }));
    }
    static HubOptions from_one() {
        HubOptions made;
        made.first_id = 1;
        made.topic.replay_messages = 4;
        return made;
    }
    void publish(std::string_view text, std::string_view event = {}) {
        ASSERT_TRUE(hub.publish("a", {.text = text, .event = event}));
    }

    Hub hub{from_one()};
    SubscribeOptions options;
    std::optional<Result<>> result;
    Server server;
};

TEST_F(HubStreams, SendMessagesWithIdsAndNames) {
    TestClient client(server);
    auto stream = client.get("/").open();
    EXPECT_EQ(stream.next_chunk(), "id: 0\n\n") << "where to go on from, should the client lose the connection now";
    publish("one");
    EXPECT_EQ(stream.next_chunk(), "id: 1\ndata: one\n\n");
    publish("two\nlines", "note");
    EXPECT_EQ(stream.next_chunk(), "id: 2\nevent: note\ndata: two\ndata: lines\n\n");
}

TEST_F(HubStreams, SendABurstInOneWrite) {
    TestClient client(server);
    auto stream = client.get("/").open();
    (void)stream.next_chunk();
    for (const char* text : {"a", "b", "c"}) publish(text);
    EXPECT_EQ(stream.next_chunk(), "id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n");
}

TEST_F(HubStreams, SendLargeAndSmallInOneBurstWholeAndInOrder) {
    TestClient client(server);
    auto stream = client.get("/").open();
    const std::vector<std::size_t> sizes{1, 10'000, 10'000, 20'000, 1, 40'000, 10'000, 1};
    for (const std::size_t size : sizes) publish(std::string(size, 'x'));
    EventStreamParser parser;
    std::vector<std::size_t> got;
    while (got.size() < sizes.size()) {
        const auto chunk = stream.next_chunk();
        ASSERT_TRUE(chunk && parser.feed(*chunk));
        while (const auto event = parser.next()) got.push_back(event->data.size());
    }
    EXPECT_EQ(got, sizes);
    EXPECT_EQ(parser.last_event_id(), "8");
}

TEST_F(HubStreams, AClientThatComesBackGetsWhatItMissedExactlyOnceInOrder) {
    TestClient client(server);
    EventStreamParser parser;
    std::vector<std::string> received;
    int number = 0;
    const auto receive = [&](PendingResponse& stream, std::size_t wanted) {
        while (received.size() < wanted) {
            const auto chunk = stream.next_chunk();
            ASSERT_TRUE(chunk);
            ASSERT_TRUE(parser.feed(*chunk));
            while (const auto event = parser.next()) received.push_back(event->data);
        }
    };
    for (int round = 0; round < 5; ++round) {
        auto request = client.get("/").new_connection();
        auto stream = parser.last_event_id().empty()
                          ? std::move(request).open()
                          : std::move(request).header("Last-Event-ID", parser.last_event_id()).open();
        if (round == 0) {
            ASSERT_TRUE(parser.feed(*stream.next_chunk()));
        }
        publish(std::to_string(++number));
        receive(stream, static_cast<std::size_t>(number));
        stream.disconnect();
        client.settle();
        parser.reconnected();
        for (int i = 0; i < 3; ++i) publish(std::to_string(++number));
    }
    std::vector<std::string> expected;
    for (int i = 1; i <= number - 3; ++i) expected.push_back(std::to_string(i));
    EXPECT_EQ(received, expected);
}

TEST_F(HubStreams, SayResetWhenWhatWasMissedIsGone) {
    for (int i = 0; i < 6; ++i) publish("x");
    TestClient client(server);
    for (const char* id : {"1", "from another life", "99"}) {
        auto stream = client.get("/").new_connection().header("Last-Event-ID", id).open();
        EXPECT_EQ(stream.next_chunk(), "id: 6\nevent: reset\ndata: \n\n") << id;
    }
}

TEST_F(HubStreams, TellOfJoinsAndLeaves) {
    server.route("/as/{name}", get([](Context ctx) -> Task<> {
                     EventStream events(ctx);
                     SubscribeOptions who;
                     who.name = ctx.get_route_param("name").value_or("");
                     (void)co_await events.follow(ctx.get_data<Hub>(), "a", who);
                 }));
    options.hears_presence = true;
    TestClient client(server);
    auto stream = client.get("/").open();
    (void)stream.next_chunk();
    auto ann = client.get("/as/ann").new_connection().open();
    EXPECT_EQ(stream.next_chunk(), "event: joined\ndata: ann\n\n");
    ann.disconnect();
    EXPECT_EQ(stream.next_chunk(), "event: left\ndata: ann\n\n");
}

TEST_F(HubStreams, EndWhenTheHubCloses) {
    TestClient client(server);
    auto stream = client.get("/").start();
    publish("last");
    hub.close();
    EXPECT_EQ(stream.response().body(), "id: 0\n\nid: 1\ndata: last\n\n");
    EXPECT_TRUE(result && *result);
    EXPECT_EQ(client.get("/").send().body(), "");
}

TEST_F(HubStreams, CarryBytesAsBase64) {
    TestClient client(server);
    auto stream = client.get("/").start();
    ASSERT_TRUE(hub.publish("a", {.text = std::string_view("\xff\0\n", 3), .event = "bytes", .binary = true}));
    hub.close();
    EXPECT_EQ(stream.response().body(), "id: 0\n\nid: 1\nevent: bytes\ndata: /wAK\n\n");
}

TEST_F(HubStreams, EndWithALineInTheLogForANameThatIsNoText) {
    LogCapture log;
    auto quiet = std::make_unique<TestClient>(server);
    auto stream = quiet->get("/").open();
    options.name = "\xff";
    EXPECT_EQ(quiet->get("/").send().body(), "");
    ASSERT_TRUE(result);
    EXPECT_EQ(result->error().code, ErrorCode::invalid_argument);
    ASSERT_EQ(log.lines(LogLevel::warn).size(), 1U);
    EXPECT_TRUE(contains(log.lines(LogLevel::warn).front(), "expected UTF-8 as the name of a subscriber of \"a\""));
    publish("heard");
    EXPECT_TRUE(contains(stream.next_chunk().value_or("") + stream.next_chunk().value_or(""), "heard"));
}

TEST_F(HubStreams, DropAClientThatReadsTooSlowly) {
    options.capacity = 8;
    TestClient client(server);
    auto connection = client.connect();
    connection.stop_reading();
    connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    auto other = client.get("/").open();
    for (int i = 0; i < 40; ++i) {
        publish(std::string(10'000, 'x'));
        (void)other.next_chunk();
    }
    EXPECT_EQ(hub.counters().disconnected, 1u);
    connection.read_on();
    client.settle();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->error().code, ErrorCode::unavailable);
    EXPECT_TRUE(connection.received().ends_with("\r\n0\r\n\r\n")) << "what was sent is whole, and the end is an end";
    EXPECT_FALSE(other.done());
}

TEST_F(HubStreams, AreGoneFromTheHubWhenTheClientIs) {
    TestClient client(server);
    auto stream = client.get("/").start();
    EXPECT_EQ(hub.counters().subscriptions, 1u);
    stream.disconnect();
    client.settle();
    EXPECT_EQ(hub.counters().subscriptions, 0u);
    EXPECT_FALSE(result) << "the handler was cancelled";
}

}  // namespace
}  // namespace hyperlane
