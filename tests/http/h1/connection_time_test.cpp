/// Every time-out of `Limits`, over virtual time: just before it and just after it.

#include "harness.hpp"

namespace hyperlane::http::testing {
namespace {

using Statuses = std::vector<int>;

TEST(H1Time, ClosesAConnectionThatSaysNothing) {
    UsualWorld world;
    Client& client = world.connect();
    world.pass(9'999ms);
    EXPECT_FALSE(client.gone());
    world.pass(2ms);
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(client.received, "");
}

TEST(H1Time, AnswersASlowHeadWith408_Rfc9110_15_5_9) {
    UsualWorld world;
    Client& client = world.connect();
    world.pass(9s);
    client.send("GET / HT");
    world.pass(9'999ms);
    EXPECT_EQ(client.received, "");
    world.pass(2ms);
    EXPECT_EQ(client.statuses(), Statuses{408});
    EXPECT_TRUE(client.ended);
}

TEST(H1Time, ATricklingHeadGetsNoMoreTimeThanASilentOne) {
    UsualWorld world;
    Client& client = world.connect();
    const std::string head = get("/hello");
    for (std::size_t i = 0; i < 9; ++i) {
        client.send(head.substr(i, 1));
        world.pass(1s);
    }
    EXPECT_EQ(client.received, "");
    world.pass(1'001ms);
    EXPECT_EQ(client.statuses(), Statuses{408});
}

TEST(H1Time, ClosesAnIdleConnectionSilently) {
    UsualWorld world;
    Client& client = world.ask(get("/hello"));
    world.pass(74'999ms);
    EXPECT_FALSE(client.gone());
    world.pass(2ms);
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(client.statuses(), Statuses{200});
}

TEST(H1Time, ASecondHeadHasItsOwnTime) {
    UsualWorld world;
    Client& client = world.ask(get("/hello"));
    world.pass(70s);
    client.send("GET");
    world.pass(9'999ms);
    EXPECT_EQ(client.statuses(), Statuses{200});
    world.pass(2ms);
    EXPECT_EQ(client.statuses(), (Statuses{200, 408}));
}

TEST(H1Time, AnswersASilentBodyWith408) {
    for (const std::string_view path : {"/echo", "/upload"}) {
        UsualWorld world;
        Client& client =
            world.ask("POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
        world.pass(4'999ms);
        EXPECT_EQ(client.received, "") << path;
        world.pass(2ms);
        EXPECT_EQ(client.statuses(), Statuses{408}) << path;
        EXPECT_TRUE(client.ended) << path;
    }
}

TEST(H1Time, AnswersATricklingBodyWith408ButNotAFastEnoughOne) {
    for (const std::string_view path : {"/echo", "/upload"}) {
        for (const bool fast : {false, true}) {
            UsualWorld world;
            Client& client =
                world.ask("POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n");
            for (int second = 0; second < 40; ++second) {
                client.send(std::string(fast ? 250 : 200, 'x'));
                world.pass(1s);
            }
            EXPECT_EQ(client.statuses(), fast ? Statuses{} : Statuses{408}) << path;
            client.send(std::string(10'000, 'x'));
            world.turns();
            EXPECT_EQ(client.statuses(), fast ? Statuses{200} : Statuses{408}) << path;
        }
    }
}

TEST(H1Time, ARateOfZeroAsksOnlyThatABodyIsNotSilent) {
    Limits limits;
    limits.body_bytes_per_second = 0;
    UsualWorld world(limits);
    Client& client = world.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
    for (int i = 0; i < 9; ++i) {
        client.send("x");
        world.pass(4s);
    }
    EXPECT_EQ(client.received, "");
    world.pass(1'001ms);
    EXPECT_EQ(client.statuses(), Statuses{408});
}

TEST(H1Time, AnswersASlowHandlerWith503AndCancelsIt) {
    UsualWorld world;
    Client& client = world.ask(get("/never") + get("/hello"));
    world.pass(29'999ms);
    EXPECT_EQ(client.received, "");
    EXPECT_EQ(world.service.cancelled, 0);
    world.pass(2ms);
    EXPECT_EQ(world.service.cancelled, 1);
    EXPECT_EQ(client.statuses(), (Statuses{503, 200}));
    EXPECT_FALSE(client.gone());
}

TEST(H1Time, AHandlerHasItsTimeFromTheEndOfAStreamedBody) {
    UsualWorld world;
    world.service.on_async(
        "/x",
        [](ExchangePtr exchange) -> Task<> {
            co_await upload(exchange);
            co_await never(exchange);
        },
        streamed);
    Client& client = world.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
    world.pass(4s);
    client.send("abc");
    world.pass(29'990ms);
    EXPECT_EQ(client.received, "");
    world.pass(20ms);
    EXPECT_EQ(client.statuses(), Statuses{503});
}

TEST(H1Time, AHandlerThatLeavesABodyUnreadIsStoppedToo) {
    UsualWorld world;
    world.service.on_async("/x", never, streamed);
    Client& client =
        world.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(500'000, 'x'));
    world.pass(29'990ms);
    EXPECT_EQ(client.received, "");
    world.pass(20ms);
    EXPECT_EQ(client.statuses(), Statuses{503});
}

TEST(H1Time, TheHandlerTimeEndsWhenTheResponseBegins) {
    UsualWorld world;
    const auto slow_stream = [](ExchangePtr exchange) -> Task<> {
        for (int i = 0; i < 10; ++i) {
            co_await Sending(exchange, Sending::What::data, "x");
            co_await sleep(20s);
        }
    };
    world.service.on_async("/gather", slow_stream);
    world.service.on_async("/stream", slow_stream, streamed);
    world.service.on_async("/discard", slow_stream, {BodyMode::discard, 0});
    world.service.on_async("/after", [](ExchangePtr exchange) -> Task<> {
        exchange->response.body.set_view("xxxxxxxxxx");
        co_await Sending(exchange, Sending::What::response);
        co_await sleep(200s);
    });
    const auto ask = [&](std::string request) {
        Client& client = world.ask(request);
        world.pass(300s);
        const Answers answers = client.answers();
        ASSERT_EQ(answers.all.size(), 1U) << request;
        EXPECT_EQ(answers.all[0].body, "xxxxxxxxxx") << request;
    };
    for (const std::string path : {"/gather", "/stream", "/discard", "/after"}) {
        ask(get(path));
        ask(post(path, "some body"));
    }
    ask(post("/stream", std::string(30'000, 'b')));
    ask("POST /stream HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
    ask("POST /discard HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
    EXPECT_EQ(world.service.cancelled, 0);
}

TEST(H1Time, AStreamedBodyThatEndsDuringTheResponseEndsItsClock) {
    UsualWorld world;
    world.service.on_async(
        "/x",
        [](ExchangePtr exchange) -> Task<> {
            co_await echo_stream(exchange);
            co_await sleep(60s);
            co_await Sending(exchange, Sending::What::data, "end");
        },
        streamed);
    Client& client = world.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    client.send("def");
    world.pass(61s);
    ASSERT_EQ(client.answers().all.size(), 1U);
    EXPECT_EQ(client.answers().all[0].body, "abcdefend");
}

// Holds out against being cancelled.
Task<> stubborn_part(std::chrono::milliseconds length) { co_await sleep(length); }
Task<> stubborn(ExchangePtr exchange, std::chrono::milliseconds unwinding) {
    bool cancelled = false;
    try {
        co_await never(exchange);
    } catch (const Cancelled&) {
        cancelled = true;
    }
    io::CancelScope own;
    if (cancelled) co_await stubborn_part(unwinding).below(own);
    exchange->response.body.set_view("late");
}

TEST(H1Time, AHandlerHasFiveSecondsToUnwind) {
    const Silence silence;
    UsualWorld world;
    world.service.on_async("/in-time", [](ExchangePtr exchange) { return stubborn(std::move(exchange), 4'900ms); });
    world.service.on_async("/too-late", [](ExchangePtr exchange) { return stubborn(std::move(exchange), 5'100ms); });
    Client& good = world.ask(get("/in-time"));
    Client& bad = world.ask(get("/too-late"));
    world.pass(34'950ms);
    EXPECT_EQ(good.statuses(), Statuses{200});
    EXPECT_FALSE(bad.gone());
    world.pass(100ms);
    EXPECT_TRUE(bad.gone());
    EXPECT_EQ(bad.received, "");
    ASSERT_EQ(silence.lines.size(), 1U);
    EXPECT_NE(silence.lines[0].find("/too-late"), std::string::npos);
    world.pass(1s);
    EXPECT_EQ(world.service.finished, 2);
}

TEST(H1Time, ABodyThatArrivesBuysAnUnwindingHandlerNoTime) {
    const Silence silence;
    UsualWorld world;
    world.service.on_async("/x", [](ExchangePtr exchange) { return stubborn(std::move(exchange), 60s); }, streamed);
    Client& client = world.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    for (int i = 0; i < 60; ++i) {
        client.send(std::string(1500, 'x'));
        world.pass(1s);
    }
    // 65,536 bytes, at which reading pauses, are there after 43 s.
    EXPECT_FALSE(client.gone());
    for (int i = 0; i < 20; ++i) world.pass(1s);
    EXPECT_TRUE(client.gone());
}

TEST(H1Time, DropsAClientThatTakesNothing) {
    const Silence silence;
    UsualWorld world;
    world.service.on_sync("/large",
                          [](Exchange& exchange) { exchange.response.body.set_owned(std::string(1'000'000, 'x')); });
    Client& client = world.connect();
    client.read(false);
    client.send(get("/large"));
    world.pass(29'999ms);
    EXPECT_EQ(world.shard().connection_count(), 1U);
    world.pass(2ms);
    EXPECT_EQ(world.shard().connection_count(), 0U);
    EXPECT_TRUE(client.failed);
    EXPECT_EQ(world.shard().counters().timed_out.get(), 1U);
}

TEST(H1Time, ASlowDownloadMayTakeLongerThanTheKeepAliveTime) {
    UsualWorld world;
    world.service.on_sync("/large",
                          [](Exchange& exchange) { exchange.response.body.set_owned(std::string(300'000, 'x')); });
    Client& client = world.connect({.capacity_bytes = 1000});
    client.send(get("/large"));
    for (int i = 0; i < 30; ++i) {
        client.read(false);
        world.pass(20s);
        const std::size_t before = client.received.size();
        client.read(true);
        world.until([&] { return client.received.size() >= before + 9'000; });
    }
    world.turns(1000);
    ASSERT_EQ(client.answers().all.size(), 1U);
    EXPECT_EQ(client.answers().all[0].body.size(), 300'000U);
    // The connection is idle from here on.
    world.pass(74s);
    EXPECT_FALSE(client.gone());
    world.pass(2s);
    EXPECT_TRUE(client.ended);
}

TEST(H1Time, ABodyThatNobodyWantsDoesNotCutOffTheResponse) {
    // The response is still being taken when the client's time for the rest of its body is over.
    UsualWorld world;
    world.service.on_sync("/large",
                          [](Exchange& exchange) { exchange.response.body.set_owned(std::string(300'000, 'x')); },
                          {BodyMode::discard, 0});
    Client& client = world.connect({.capacity_bytes = 1000});
    client.read(false);
    client.send("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    world.pass(10s);
    client.read(true);
    world.turns(1000);
    ASSERT_EQ(client.answers().all.size(), 1U);
    EXPECT_TRUE(client.ended);
}

TEST(H1Time, ZeroSwitchesATimeOutOff) {
    Limits limits;
    limits.head_timeout = limits.keep_alive_timeout = limits.body_grace = limits.handler_timeout =
        limits.write_timeout = limits.linger_timeout = 0ms;
    UsualWorld world(limits);
    world.service.on_sync("/large",
                          [](Exchange& exchange) { exchange.response.body.set_owned(std::string(1'000'000, 'x')); });
    Client& silent = world.connect();
    Client& head = world.ask("GET /");
    Client& body = world.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
    Client& upload = world.ask("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
    Client& handler = world.ask(get("/never"));
    Client& reader = world.connect();
    reader.read(false);
    reader.send(get("/large"));
    world.pass(100h);
    for (const Client* client : {&silent, &head, &body, &upload, &handler, &reader}) EXPECT_FALSE(client->gone());
    // There is no such thing as lingering without end.
    Client& refused = world.ask("BAD\r\n\r\n");
    EXPECT_TRUE(refused.ended);
    EXPECT_EQ(refused.statuses(), Statuses{400});
    EXPECT_EQ(world.shard().connection_count(), 6U);
}

}  // namespace
}  // namespace hyperlane::http::testing
