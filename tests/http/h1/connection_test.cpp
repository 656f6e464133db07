/// What a client sees of a connection: framing, persistence, pipelining, and how often the stream is used for it.

#include "harness.hpp"

namespace hyperlane::http::testing {
namespace {

using Statuses = std::vector<int>;

TEST(H1Connection, AnswersAndStaysOpen) {
    UsualWorld world;
    Client& client = world.ask(get("/hello"));
    const Answers answers = client.answers();
    ASSERT_EQ(answers.all.size(), 1U);
    EXPECT_EQ(answers.all[0].status, 200);
    EXPECT_EQ(answers.all[0].body, "hello");
    EXPECT_EQ(answers.all[0].field("Content-Length"), "5");
    EXPECT_EQ(answers.all[0].field("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(answers.all[0].field("Date").size(), 29U);
    EXPECT_EQ(answers.all[0].field("Connection"), "(absent)");
    EXPECT_FALSE(client.gone());
    EXPECT_EQ(world.shard().connection_count(), 1U);
}

TEST(H1Connection, ReadsOnceAndWritesOncePerRequest) {
    UsualWorld world;
    Client& client = world.connect();
    world.turns();
    for (int i = 1; i <= 10; ++i) {
        client.send(get("/hello"));
        world.turns();
        EXPECT_EQ(world.counts.reads, i);
        EXPECT_EQ(world.counts.writes, i);
    }
}

TEST(H1Connection, AnswersABurstWithOneWrite) {
    UsualWorld world;
    std::string burst;
    for (int i = 0; i < 16; ++i) burst += get("/hello");
    Client& client = world.ask(burst);
    EXPECT_EQ(client.answers().all.size(), 16U);
    EXPECT_EQ(world.counts.reads, 1);
    EXPECT_EQ(world.counts.writes, 1);
}

TEST(H1Connection, AnswersPipelinedRequestsInOrderWhenTheirHandlersSuspend_Rfc9112_9_3_2) {
    UsualWorld world;
    Client& client =
        world.ask(get("/later/300") + get("/later/10") + get("/hello") + get("/later/100") + get("/hello"));
    EXPECT_TRUE(client.received.empty());
    world.pass(305ms);
    world.pass(105ms);
    const Answers answers = client.answers();
    ASSERT_EQ(answers.all.size(), 5U);
    EXPECT_EQ(answers.all[0].body, "after 300");
    EXPECT_EQ(answers.all[1].body, "after 10");
    EXPECT_EQ(answers.all[2].body, "hello");
    EXPECT_EQ(answers.all[3].body, "after 100");
    EXPECT_EQ(answers.all[4].body, "hello");
}

TEST(H1Connection, SendsNoBodyToHead_Rfc9110_9_3_2) {
    UsualWorld world;
    Client& client = world.ask("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
    const Answers answers = client.answers([](std::size_t index) { return index == 0; });
    ASSERT_EQ(answers.all.size(), 2U);
    EXPECT_EQ(answers.all[0].field("Content-Length"), "5");
    EXPECT_EQ(answers.all[1].body, "hello");
    EXPECT_EQ(answers.rest, "");
}

TEST(H1Connection, SendsNoBodyToHeadWhenTheHandlerStreams) {
    UsualWorld world;
    Client& client = world.ask("HEAD /stream/3 HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
    const Answers answers = client.answers([](std::size_t index) { return index == 0; });
    ASSERT_EQ(answers.all.size(), 2U);
    EXPECT_EQ(answers.all[0].field("Transfer-Encoding"), "chunked");
    EXPECT_EQ(answers.all[1].body, "hello");
}

TEST(H1Connection, SendsNeitherBodyNorWrongLengthWhereTheStatusForbidsThem_Rfc9110_8_6) {
    for (const int status : {204, 205, 304}) {
        for (const bool stream : {false, true}) {
            UsualWorld world;
            world.service.on_sync("/x", [&](Exchange& exchange) {
                ASSERT_TRUE(exchange.response.set_status(status));
                if (stream) {
                    ASSERT_TRUE(exchange.send_data("must not be seen"));
                } else {
                    exchange.response.body.set_view("must not be seen");
                }
            });
            Client& client = world.ask(get("/x") + get("/hello"));
            EXPECT_EQ(client.statuses(), (Statuses{status, 200}));
            EXPECT_EQ(client.received.find("must not"), std::string::npos);
            EXPECT_EQ(client.answers().all[0].field("Transfer-Encoding"), "(absent)");
            if (status != 304) {
                EXPECT_EQ(client.answers().all[0].field("Content-Length"), status == 204 ? "(absent)" : "0");
            }
        }
    }
}

TEST(H1Connection, NeverSendsAnInterimStatusAsTheFinalOne_Rfc9110_15_2) {
    UsualWorld world;
    world.service.on_sync("/x", [](Exchange& exchange) {
        EXPECT_FALSE(exchange.response.set_status(103));
        EXPECT_FALSE(exchange.response.set_status(99));
        EXPECT_FALSE(exchange.response.set_status(1000));
    });
    EXPECT_EQ(world.ask(get("/x")).statuses(), std::vector<int>{200});
}

TEST(H1Connection, ClosesAfterA101ThatNobodyTakesUp_Rfc9110_15_2) {
    UsualWorld world;
    world.service.on_sync("/x", [](Exchange& exchange) { EXPECT_TRUE(exchange.response.set_status(101)); });
    Client& client = world.ask(get("/x") + get("/hello"));
    world.pass(3s);
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(client.received.find("hello"), std::string::npos);
}

TEST(H1Connection, SendsTheLengthOfWhatItSendsWhateverTheHandlerDeclared) {
    UsualWorld world;
    world.service.on_sync("/lies",
                          [](Exchange& exchange) { ASSERT_TRUE(exchange.response.set("Content-Length", "500")); });
    Client& client = world.ask(get("/lies") + get("/hello"));
    EXPECT_EQ(client.statuses(), (Statuses{200, 200}));
    EXPECT_EQ(client.answers().all[0].field("Content-Length"), "0");
    Client& head = world.ask("HEAD /lies HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(head.answers([](std::size_t) { return true; }).all[0].field("Content-Length"), "500");
}

TEST(H1Connection, ClosesAfterAStreamShorterThanItsDeclaredLength) {
    const Silence silence;
    UsualWorld world;
    world.service.on_sync("/short", [](Exchange& exchange) {
        ASSERT_TRUE(exchange.response.set("Content-Length", "10"));
        ASSERT_TRUE(exchange.send_data("1234"));
        EXPECT_FALSE(exchange.send_data("1234567"));
    });
    Client& client = world.ask(get("/short") + get("/hello"));
    world.pass(3s);
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(client.received.substr(client.received.size() - 8), "\r\n\r\n1234");
    EXPECT_EQ(silence.lines.size(), 1U);
}

TEST(H1Connection, StreamsAfterATextThatWasSetAndRefusesToAfterMore) {
    UsualWorld world;
    world.service.on_sync("/text", [](Exchange& exchange) {
        exchange.response.body.set_view("one ");
        ASSERT_TRUE(exchange.send_data("two"));
    });
    world.service.on_sync("/pieces", [](Exchange& exchange) {
        exchange.response.body.set_view("one ");
        exchange.response.body.add_view("two");
        const auto sent = exchange.send_data("three");
        ASSERT_FALSE(sent);
        EXPECT_EQ(sent.error().code, ErrorCode::invalid_argument);
    });
    Client& client = world.ask(get("/text") + get("/pieces"));
    const auto answers = client.answers().all;
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0].body, "one two");
    EXPECT_EQ(answers[1].body, "one two") << "the body that was set is not lost";
    EXPECT_EQ(answers[1].field("Content-Length"), "7");
}

TEST(H1Connection, StreamsInChunksWithTrailers_Rfc9112_7_1) {
    UsualWorld world;
    world.service.on_async("/trailers", [](ExchangePtr exchange) -> Task<> {
        EXPECT_TRUE(exchange->add_response_trailer("X-Sum", "42"));
        EXPECT_FALSE(exchange->add_response_trailer("Content-Length", "42"));
        EXPECT_FALSE(exchange->add_response_trailer("X", "a\r\nb"));
        co_await Sending(exchange, Sending::What::data, "one");
        co_await Sending(exchange, Sending::What::data, "");
        co_await Sending(exchange, Sending::What::data, "two");
    });
    Client& client = world.ask(get("/trailers") + get("/stream/3"));
    const Answers answers = client.answers();
    ASSERT_EQ(answers.all.size(), 2U);
    EXPECT_TRUE(answers.all[0].chunked);
    EXPECT_EQ(answers.all[0].body, "onetwo");
    EXPECT_EQ(answers.all[0].trailers, "X-Sum: 42\r\n");
    EXPECT_EQ(answers.all[1].body, "piece 0;piece 1;piece 2;");
}

TEST(H1Connection, EndsAStreamForHttp10ByClosing_Rfc9112_6_3) {
    UsualWorld world;
    Client& client = world.ask("GET /stream/2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    world.pass(3s);
    const Answers answers = client.answers();
    ASSERT_EQ(answers.all.size(), 1U);
    EXPECT_TRUE(answers.all[0].until_close);
    EXPECT_TRUE(answers.all[0].close);
    EXPECT_EQ(answers.all[0].body, "piece 0;piece 1;");
    EXPECT_TRUE(client.ended);
}

TEST(H1Connection, KeepsHttp10AliveOnlyWhenAsked_Rfc9112_9_3) {
    UsualWorld world;
    Client& plain = world.ask("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(plain.ended);
    EXPECT_TRUE(plain.answers().all[0].close);
    Client& kept = world.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_FALSE(kept.gone());
    EXPECT_EQ(kept.answers().all[0].field("Connection"), "keep-alive");
    kept.send("GET /hello HTTP/1.0\r\n\r\n");
    world.turns();
    EXPECT_EQ(kept.statuses(), (Statuses{200, 200}));
    EXPECT_TRUE(kept.ended);
}

TEST(H1Connection, AnswersNothingAfterARequestThatCloses_Rfc9112_9_6) {
    UsualWorld world;
    Client& client = world.ask(get("/hello", "Connection: close\r\n") + get("/hello"));
    world.pass(3s);
    EXPECT_EQ(client.statuses(), Statuses{200});
    EXPECT_TRUE(client.answers().all[0].close);
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(world.service.requests, 1);
}

TEST(H1Connection, ClosesWhenTheHandlerWantsTo) {
    UsualWorld world;
    world.service.on_sync("/bye",
                          [](Exchange& exchange) { ASSERT_TRUE(exchange.response.set("Connection", "close")); });
    world.service.on_sync("/sent-bye", [](Exchange& exchange) {
        ASSERT_TRUE(exchange.send_whole());
        exchange.close();
    });
    for (const std::string_view path : {"/bye", "/sent-bye"}) {
        Client& client = world.ask(get(path) + get("/hello"));
        world.pass(3s);
        EXPECT_EQ(client.statuses(), Statuses{200}) << path;
        EXPECT_TRUE(client.ended) << path;
    }
}

TEST(H1Connection, LingersSoThatARefusedClientCanReadWhy_Rfc9112_9_6) {
    UsualWorld world;
    Client& client = world.ask("BAD\r\n\r\n" + std::string(600'000, 'x'));
    EXPECT_EQ(client.statuses(), Statuses{400});
    EXPECT_TRUE(client.ended);
    EXPECT_FALSE(client.failed);
    EXPECT_EQ(world.shard().connection_count(), 1U);
    world.pass(1990ms);
    EXPECT_EQ(world.shard().connection_count(), 1U);
    world.pass(20ms);
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

TEST(H1Connection, EndsAtOnceWhenALingeringClientCloses) {
    UsualWorld world;
    Client& client = world.ask("BAD\r\n\r\n");
    EXPECT_EQ(world.shard().connection_count(), 1U);
    client.close();
    world.turns();
    EXPECT_EQ(world.shard().connection_count(), 0U);
}

TEST(H1Connection, CallsTheServiceOncePerRequestAndForgetsNothing) {
    UsualWorld world;
    world.service.on_async("/twice", [](ExchangePtr exchange) -> Task<> {
        exchange->response.body.set_view("once");
        const auto first = co_await Sending(exchange, Sending::What::response);
        EXPECT_TRUE(first.has_value());
        const auto second = co_await Sending(exchange, Sending::What::response);
        EXPECT_EQ(second.error().code, ErrorCode::already_done);
        EXPECT_EQ(exchange->send_data("x").error().code, ErrorCode::already_done);
    });
    Client& client = world.ask(get("/twice") + get("/hello"));
    const Answers answers = client.answers();
    ASSERT_EQ(answers.all.size(), 2U);
    EXPECT_EQ(answers.all[0].body, "once");
    EXPECT_EQ(world.service.requests, 2);
    EXPECT_EQ(world.service.finished, 2);
}

TEST(H1Connection, KeepsWhatAnotherConnectionHasCorkedWhenAHandlerWritesToBoth) {
    // While one connection answers a burst, its handler streams to another: the cork changes hands in the middle.
    UsualWorld world;
    ExchangePtr listener;
    world.service.on_async("/listen", [&](ExchangePtr exchange) -> Task<> {
        listener = exchange;
        co_await Sending(exchange, Sending::What::data, "ready;");
        co_await never(exchange);
    });
    world.service.on_sync("/tell", [&](Exchange& exchange) {
        ASSERT_TRUE(listener->send_data("told;"));
        exchange.response.body.set_view("done");
    });
    Client& hearing = world.ask(get("/listen"));
    Client& telling = world.ask(get("/hello") + get("/tell") + get("/hello") + get("/tell"));
    EXPECT_EQ(telling.statuses(), (Statuses{200, 200, 200, 200}));
    EXPECT_NE(hearing.received.find("6\r\nready;\r\n5\r\ntold;\r\n5\r\ntold;\r\n"), std::string::npos);
    listener = ExchangePtr();
    hearing.close();
    world.turns();
}

TEST(H1Connection, SendsAHeadLargerThanItsBuffer) {
    UsualWorld world;
    const std::string large(40'000, 'v');
    world.service.on_sync("/large", [&](Exchange& exchange) {
        for (const std::string_view name : {"X-A", "X-B", "X-C"}) ASSERT_TRUE(exchange.response.set(name, large));
        exchange.response.body.set_view("body");
    });
    Client& client = world.ask(get("/hello") + get("/large") + get("/hello"));
    const Answers answers = client.answers();
    ASSERT_EQ(answers.all.size(), 3U);
    EXPECT_EQ(answers.all[1].field("X-C"), large);
    EXPECT_EQ(answers.all[1].body, "body");
}

TEST(H1Connection, ConnectIsNeverTakenForATunnel_Rfc9110_9_3_6) {
    UsualWorld world;
    world.service.on_sync("", say_hello);
    Client& client = world.ask("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n" + get("/hello"));
    world.pass(3s);
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(client.received.find("Content-Length"), std::string::npos);
    EXPECT_EQ(world.service.requests, 1);
}

}  // namespace
}  // namespace hyperlane::http::testing
