#include "web/support.hpp"

#include <atomic>
#include <memory>

namespace hyperlane {
namespace {

using namespace testing;

void hello(Context ctx) { ctx.set_response_body("Hello, World!"); }

Task<> slow(Context ctx) {
    co_await sleep(100ms);
    ctx.set_response_body("at last");
}

Task<> counting(Context ctx) {
    for (int i = 1; i <= 3; ++i) {
        co_await sleep(1s);
        co_await ctx.send_body("piece " + std::to_string(i));
    }
}

Task<> echo_pieces(Context ctx) {
    for (;;) {
        const auto piece = co_await ctx.read_request_body();
        if (!piece || piece->empty()) break;
        co_await ctx.send_body("got " + std::string(*piece));
    }
}

Task<> never(Context) {
    Channel<int> channel(1);
    co_await channel.receive();
}

struct Site {
    Site() {
        server.route("/", hello);
        server.route("/slow", get(slow));
        server.route("/counting", get(counting));
        server.route("/never", get(never));
        server.route("/echo", post([](Context ctx) { ctx.set_response_body(ctx.get_request_body()); }));
        server.route("/pieces", stream_body(post(echo_pieces)));
    }
    Server server;
};

TEST(TestClient, AnswersARequest) {
    Site site;
    TestClient client(site.server);
    const auto response = client.get("/").send();
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.reason(), "OK");
    EXPECT_EQ(response.body(), "Hello, World!");
    EXPECT_EQ(response.header("content-LENGTH"), "13");
    EXPECT_EQ(response.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(response.header("X-None"), std::nullopt);
    EXPECT_EQ(response.headers("Date").size(), 1u);
    EXPECT_TRUE(response.keeps_alive());
}

TEST(TestClient, SendsBodiesQueriesCookiesAndHeaders) {
    Server server;
    server.route("/", [](Context ctx) {
        ctx.set_response_body(std::string(ctx.get_request_query("q").value_or("-")) + "|" +
                              std::string(ctx.get_request_cookie("a").value_or("-")) + "|" +
                              std::string(ctx.get_request_header("X-One").value_or("-")) + "|" +
                              std::string(ctx.get_request_header("Content-Type").value_or("-")) + "|" +
                              std::string(ctx.get_request_body()));
    });
    TestClient client(server);
    const auto response =
        client.post("/").query("q", "a b&c=ü").cookie("a", "b").header("X-One", "1").json("{}").send();
    EXPECT_EQ(response.body(), "a b&c=ü|b|1|application/json|{}");
}

TEST(TestClient, ReusesAnIdleConnection) {
    Site site;
    TestClient client(site.server);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/").send().status(), 200);
    EXPECT_EQ(client.connections(), 1u);
    EXPECT_EQ(client.get("/").new_connection().send().status(), 200);
    EXPECT_EQ(client.connections(), 2u);
    client.disconnect();
    EXPECT_EQ(client.connections(), 0u);
    EXPECT_EQ(client.get("/").send().status(), 200);
}

TEST(TestClient, OpensAConnectionWhenTheServerHasClosedTheIdleOne) {
    Site site;
    TestClient client(site.server);
    EXPECT_EQ(client.get("/").send().status(), 200);
    client.advance(2min);
    EXPECT_EQ(client.connections(), 0u);
    EXPECT_EQ(client.get("/").send().status(), 200);
    EXPECT_EQ(client.connections(), 1u);
}

TEST(TestClient, LetsTimeJumpWhileItWaits) {
    Site site;
    TestClient client(site.server);
    EXPECT_EQ(client.get("/slow").send().body(), "at last");
    EXPECT_EQ(client.elapsed(), 100ms);
}

TEST(TestClient, LetsNoTimePassUnlessItIsAsked) {
    Site site;
    TestClient client(site.server);
    auto pending = client.get("/slow").start();
    EXPECT_FALSE(pending.done());
    EXPECT_EQ(client.elapsed(), 0ms);
    client.advance(99ms);
    EXPECT_FALSE(pending.done());
    EXPECT_FALSE(pending.begun());
    client.advance(1ms);
    EXPECT_TRUE(pending.done());
    EXPECT_EQ(client.elapsed(), 100ms);
    EXPECT_EQ(pending.response().body(), "at last");
}

TEST(TestClient, KeepsSeveralRequestsUnderWay) {
    Site site;
    TestClient client(site.server);
    auto first = client.get("/slow").start();
    client.advance(50ms);
    auto second = client.get("/slow").start();
    EXPECT_EQ(client.connections(), 2u);
    client.advance(50ms);
    EXPECT_TRUE(first.done());
    EXPECT_FALSE(second.done());
    EXPECT_EQ(second.response().body(), "at last");
}

TEST(TestClient, GivesAStreamedResponsePieceByPiece) {
    Site site;
    TestClient client(site.server);
    auto stream = client.get("/counting").open();
    EXPECT_EQ(stream.head().status(), 200);
    EXPECT_EQ(client.elapsed(), 1s);
    EXPECT_EQ(stream.next_chunk(), "piece 1");
    EXPECT_EQ(stream.next_chunk(), "piece 2");
    EXPECT_EQ(client.elapsed(), 2s);
    EXPECT_EQ(stream.next_chunk(), "piece 3");
    EXPECT_EQ(stream.next_chunk(), std::nullopt);
    EXPECT_EQ(stream.response().body(), "piece 1piece 2piece 3");
}

TEST(TestClient, SendsABodyPieceByPiece) {
    Site site;
    TestClient client(site.server);
    auto pending = client.post("/pieces").leave_body_open().start();
    EXPECT_FALSE(pending.begun());
    EXPECT_EQ(pending.send_chunk("one").next_chunk(), "got one");
    EXPECT_EQ(pending.send_chunk("two").next_chunk(), "got two");
    EXPECT_EQ(pending.end_body().next_chunk(), std::nullopt);
    EXPECT_EQ(client.post("/pieces").chunk("whole").send().body(), "got whole");
}

TEST(TestClient, CarriesLargeBodiesThroughANarrowPipe) {
    Site site;
    TestClientOptions options;
    options.pipe_bytes = 7;
    TestClient client(site.server, options);
    std::string body(100'000, 'x');
    for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
    EXPECT_EQ(client.post("/echo").body(body).send().body(), body);
}

TEST(TestClient, SendsRawBytesAndGivesBackAllThatComes) {
    Site site;
    TestClient client(site.server);
    const std::string one = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const std::string answers = client.raw(one + one);
    EXPECT_EQ(answers.find("HTTP/1.1 200 OK\r\n"), 0u);
    EXPECT_NE(answers.rfind("HTTP/1.1 200 OK\r\n"), 0u);
    EXPECT_EQ(client.raw("nonsense\r\n\r\n").find("HTTP/1.1 400 "), 0u);
    EXPECT_EQ(client.raw("GET / HT"), "");
}

TEST(TestClient, OffersAConnectionForBytes) {
    Site site;
    TestClient client(site.server);
    auto connection = client.connect();
    connection.send("GET / HT");
    EXPECT_EQ(connection.received(), "");
    connection.send("TP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(contains(connection.received(), "Hello, World!"));
    EXPECT_TRUE(connection.closed());
    EXPECT_FALSE(connection.reset());
}

TEST(TestClient, SeesInterimResponses) {
    Site site;
    TestClient client(site.server);
    const auto response = client.post("/echo").header("Expect", "100-continue").body("x").send();
    EXPECT_EQ(response.interim(), std::vector<int>{100});
    EXPECT_EQ(response.body(), "x");
}

TEST(TestClient, SaysWhatIsWrongWithTheRoutes) {
    Server server;
    server.route("/users/{id}", get(hello)).route("/users/{name}", get(hello));
    try {
        TestClient client(server);
        FAIL() << "no error";
    } catch (const TestClientError& error) {
        EXPECT_TRUE(contains(error.what(), "/users/{name}")) << error.what();
        EXPECT_TRUE(contains(error.what(), "test_client_test.cpp")) << error.what();
    }
}

TEST(TestClient, SaysThatNothingIsLeftThatCouldAnswer) {
    Site site;
    Limits limits;
    limits.handler_timeout = 0ms;
    limits.head_timeout = 0ms;
    site.server.limits(limits);
    TestClient client(site.server);
    try {
        client.get("/never").send();
        FAIL() << "no error";
    } catch (const TestClientError& error) {
        EXPECT_TRUE(contains(error.what(), "never answers")) << error.what();
    }
}

TEST(TestClient, GivesUpWhenItsPatienceIsAtAnEnd) {
    Server server;
    Limits limits;
    limits.handler_timeout = 0ms;
    server.limits(limits);
    server.route("/", [](Context) -> Task<> {
        for (;;) co_await sleep(1min);
    });
    TestClient client(server);
    EXPECT_THROW(client.get("/").send(), TestClientError);
    EXPECT_LE(client.elapsed(), 1h);
}

TEST(TestClient, SaysThatAResponseWasBrokenOff) {
    const LogCapture log;
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        co_await ctx.send_body("the beginning");
        throw std::runtime_error("no more");
    });
    TestClient client(server);
    auto pending = client.get("/").start();
    EXPECT_TRUE(pending.broken_off());
    EXPECT_EQ(pending.next_chunk(), "the beginning");
    EXPECT_THROW(pending.next_chunk(), TestClientError);
    EXPECT_THROW(pending.response(), TestClientError);
}

TEST(TestClient, RefusesFieldsThatCannotBeSent) {
    Site site;
    TestClient client(site.server);
    EXPECT_THROW(client.get("/").header("A", "x\r\nB: y").start(), TestClientError);
}

TEST(TestClient, RunsSpawnedTasksJoinsTimeoutsAndOffloadedWork) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        const auto nap = [](Duration length) -> Task<int> {
            co_await sleep(length);
            co_return 1;
        };
        auto child = spawn(nap, 10ms);
        auto both = join(nap(20ms), nap(30ms));
        const auto pair = co_await std::move(both);
        const auto late = co_await timeout(5ms, nap(1h));
        auto work = offload([] { return 3; });
        const int outside = co_await std::move(work);
        const int c = co_await child.join();
        ctx.set_response_body(std::to_string(std::get<0>(pair) + std::get<1>(pair) + c + outside) +
                              (late ? " in time" : " too late"));
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().body(), "6 too late");
    EXPECT_EQ(client.elapsed(), 35ms);
}

struct Flag {
    std::shared_ptr<bool> ended;
    explicit Flag(std::shared_ptr<bool> on) : ended(std::move(on)) {}
    ~Flag() { *ended = true; }
    Flag(const Flag&) = delete;
    Flag& operator=(const Flag&) = delete;
};

TEST(TestClient, UnwindsHandlersWhenItIsDestroyed) {
    auto ended = std::make_shared<bool>(false);
    auto spawned_ended = std::make_shared<bool>(false);
    Server server;
    server.route("/", [=](Context ctx) -> Task<> {
        const Flag flag(ended);
        spawn(
            [](Context kept, std::shared_ptr<bool> on) -> Task<> {
                const Flag spawned(std::move(on));
                co_await sleep(1h);
                kept.set_response_body("never");
            },
            ctx, spawned_ended);
        co_await sleep(1h);
    });
    std::optional<PendingResponse> pending;
    {
        TestClient client(server);
        pending = client.get("/").start();
        EXPECT_FALSE(*ended);
    }
    EXPECT_TRUE(*ended);
    EXPECT_TRUE(*spawned_ended);
    EXPECT_THROW(pending->response(), TestClientError);
}

TEST(TestClient, CancelsTheHandlerOfAClientThatDisconnects) {
    auto ended = std::make_shared<bool>(false);
    Server server;
    server.route("/", [=](Context) -> Task<> {
        const Flag flag(ended);
        co_await sleep(1h);
    });
    TestClient client(server);
    auto pending = client.get("/").start();
    EXPECT_FALSE(*ended);
    pending.disconnect();
    EXPECT_TRUE(*ended);
    EXPECT_EQ(client.connections(), 0u);
}

TEST(TestClient, DoesNotWaitInsideOfAHandler) {
    const LogCapture log;
    Server server;
    TestClient* self = nullptr;
    server.route("/", [&self](Context) { self->advance(1s); });
    TestClient client(server);
    self = &client;
    EXPECT_EQ(client.get("/").send().status(), 500);
    EXPECT_TRUE(contains(log.error(), "one of its own handlers"));
}

}  // namespace
}  // namespace hyperlane
