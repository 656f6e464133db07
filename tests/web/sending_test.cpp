#include "support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

TEST(Sending, GoesOutAtOnceWhenTheHandlerSaysSo) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        ctx.set_response_body("now");
        const auto sent = co_await ctx.send();
        EXPECT_TRUE(sent);
        co_await sleep(1h);
    });
    Limits limits;
    limits.handler_timeout = 0ms;
    server.limits(limits);
    TestClient client(server);
    auto pending = client.get("/").start();
    EXPECT_TRUE(pending.done());
    EXPECT_EQ(pending.response().body(), "now");
    EXPECT_EQ(pending.response().header("Content-Length"), "3");
}

TEST(Sending, TwiceIsAnErrorValueAndSendsNothing) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        ctx.set_response_body("once");
        EXPECT_TRUE(co_await ctx.send());
        ctx.set_response_body("twice").set_response_status_code(500);
        const auto again = co_await ctx.send();
        EXPECT_EQ(again.error().code, ErrorCode::already_done);
        const auto more = co_await ctx.send_body("more");
        EXPECT_EQ(more.error().code, ErrorCode::already_done);
        const auto once = co_await ctx.send_once();
        EXPECT_EQ(once.error().code, ErrorCode::already_done);
    });
    server.route("/next", [](Context ctx) { ctx.set_response_body("next"); });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().body(), "once");
    EXPECT_EQ(client.get("/next").send().body(), "next");
}

TEST(Sending, AfterTheRequestHasEndedIsAnErrorValue) {
    Result<> late;
    Server server;
    server.route("/", [&late](Context ctx) {
        ctx.set_response_body("fine");
        spawn(
            [](Context kept, Result<>* out) -> Task<> {
                co_await sleep(1s);
                kept.set_response_body("too late").set_response_header("X", "y");
                EXPECT_FALSE(kept.is_connected());
                *out = co_await kept.send();
            },
            ctx, &late);
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().body(), "fine");
    client.advance(1s);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::already_done);
    EXPECT_EQ(client.get("/").send().body(), "fine");
}

TEST(Sending, StreamsPiecesWithTrailers) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        co_await ctx.send_body("one");
        co_await ctx.send_body("");
        ctx.set_response_body("two");
        co_await ctx.send_body();
        ctx.add_response_trailer("X-Sum", "6");
    });
    TestClient client(server);
    auto stream = client.get("/").open();
    EXPECT_EQ(stream.next_chunk(), "one");
    EXPECT_EQ(stream.next_chunk(), "two");
    EXPECT_EQ(stream.next_chunk(), std::nullopt);
    EXPECT_EQ(stream.response().trailer("x-sum"), "6");
    EXPECT_EQ(stream.response().header("Transfer-Encoding"), "chunked");
}

TEST(Sending, BeginsAStreamWithABodyThatWasSet) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        ctx.set_response_body("first ");
        co_await ctx.send_body("second");
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().body(), "first second");
}

TEST(Sending, EndsAStreamByClosingForHttp10) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        co_await ctx.send_body("one");
        co_await ctx.send_body("two");
    });
    TestClient client(server);
    const auto response = client.get("/").http_1_0().send();
    EXPECT_EQ(response.body(), "onetwo");
    EXPECT_EQ(response.header("Transfer-Encoding"), std::nullopt);
}

TEST(Sending, StreamsADeclaredLength) {
    const LogCapture log;
    Server server;
    server.route("/{pieces}", [](Context ctx) -> Task<> {
        ctx.set_response_header("Content-Length", "6");
        for (int left = ctx.get_route_param<int>("pieces"); left > 0; --left) {
            const auto sent = co_await ctx.send_body("abc");
            if (!sent) {
                EXPECT_EQ(sent.error().code, ErrorCode::invalid_argument);
            }
        }
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/2").send().body(), "abcabc");
    EXPECT_EQ(client.get("/3").send().body(), "abcabc") << "what is too much is not sent";
    EXPECT_TRUE(log.errors().empty());
    auto broken = client.get("/1").start();
    EXPECT_TRUE(broken.broken_off());
    EXPECT_TRUE(contains(log.error(), "3 bytes of a body of 6")) << log.error();
}

TEST(Sending, OnceClosesTheConnectionAfterIt) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        ctx.set_response_body("bye");
        co_await ctx.send_once();
    });
    TestClient client(server);
    const auto response = client.get("/").send();
    EXPECT_EQ(response.body(), "bye");
    EXPECT_EQ(response.header("Connection"), "close");
    client.settle();
    EXPECT_EQ(client.connections(), 0u);
}

TEST(Sending, ClosedEndsTheStreamAndTheConnection) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        co_await ctx.send_body("last words");
        ctx.close();
        const auto more = co_await ctx.send_body("more");
        EXPECT_EQ(more.error().code, ErrorCode::already_done);
    });
    server.route("/whole", [](Context ctx) {
        ctx.set_response_body("whole");
        ctx.close();
    });
    TestClient client(server);
    auto connection = client.connect();
    connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(connection.received().ends_with("last words\r\n0\r\n\r\n"));
    EXPECT_TRUE(connection.closed());
    EXPECT_EQ(client.get("/whole").send().header("Connection"), "close");
}

TEST(Sending, WaitsWhileTheClientDoesNotRead) {
    std::size_t sent = 0;
    Server server;
    server.route("/", [&sent](Context ctx) -> Task<> {
        for (; sent < 100; ++sent) co_await ctx.send_body(std::string(10'000, 'x'));
    });
    TestClient client(server);
    auto connection = client.connect();
    connection.stop_reading();
    connection.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_LT(sent, 20u);
    connection.read_on();
    EXPECT_EQ(sent, 100u);
    EXPECT_GT(connection.received().size(), 1'000'000u);
    EXPECT_TRUE(connection.closed());
}

TEST(Sending, ToAClientThatHasGoneIsAnErrorValue) {
    Result<> outcome;
    Server server;
    server.route("/", [&outcome](Context ctx) -> Task<> {
        try {
            co_await sleep(1h);
        } catch (const Cancelled&) {
        }
        EXPECT_FALSE(ctx.is_connected());
        EXPECT_EQ(ctx.get_peer_address().to_string(), "127.0.0.1:50000");
        outcome = ctx.exchange().send_data("x");
    });
    TestClient client(server);
    auto pending = client.get("/").start();
    pending.disconnect();
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::closed);
}

// A time-out made of what the framework offers: a task beside the handler that stops it.
void hundred_milliseconds(Context ctx) {
    spawn(
        [](Context kept) -> Task<> {
            co_await sleep(100ms);
            kept.abort();
            kept.set_response_status_code(504).set_response_body("timeout");
        },
        ctx);
}

TEST(Aborting, ByASpawnedTaskAnswersASlowHandlerInTime) {
    bool unwound = false;
    int middleware = 0;
    Server server;
    server.request_middleware(hundred_milliseconds);
    server.response_middleware([&middleware](Context) { ++middleware; });
    server.route("/slow", [&unwound](Context ctx) -> Task<> {
        try {
            co_await sleep(1s);
        } catch (...) {
            unwound = true;
            throw;
        }
        ctx.set_response_body("slow");
    });
    server.route("/fast", [](Context ctx) -> Task<> {
        co_await sleep(99ms);
        ctx.set_response_body("fast");
    });
    TestClient client(server);
    const auto slow = client.get("/slow").send();
    EXPECT_EQ(client.elapsed(), 100ms);
    EXPECT_EQ(slow.status(), 504);
    EXPECT_EQ(slow.body(), "timeout");
    EXPECT_TRUE(unwound);
    EXPECT_EQ(middleware, 1);

    auto connection = client.connect();
    for (int i = 0; i < 3; ++i) {
        connection.send("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n");
        client.advance(99ms);
        EXPECT_TRUE(connection.received().ends_with("\r\n\r\nfast"));
        client.advance(500ms);
        EXPECT_EQ(connection.received(), "") << "nothing is sent twice";
    }
    EXPECT_FALSE(connection.closed());
}

TEST(Aborting, FromInsideStopsAtTheNextAwait) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        ctx.set_response_body("kept");
        ctx.abort();
        co_await sleep(1ms);
        ctx.set_response_body("not reached");
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().body(), "kept");
    EXPECT_EQ(client.elapsed(), 0ms);
}

TEST(Aborting, AStreamBreaksItOff) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        co_await ctx.send_body("half");
        ctx.abort();
        co_await sleep(1h);
    });
    TestClient client(server);
    auto pending = client.get("/").start();
    EXPECT_EQ(pending.next_chunk(), "half");
    EXPECT_TRUE(pending.broken_off()) << "half a body must not look whole";
}

TEST(Aborting, AfterTheEndChangesNothing) {
    Server server;
    server.request_middleware(hundred_milliseconds);
    server.route("/", [](Context ctx) { ctx.set_response_body("done"); });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().body(), "done");
    client.advance(1s);
    EXPECT_EQ(client.get("/").send().body(), "done");
    EXPECT_EQ(client.connections(), 1u);
}

}  // namespace
}  // namespace hyperlane
