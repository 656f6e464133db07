/// Request bodies: gathered, streamed, refused, left unread.

#include "harness.hpp"

#include <array>

namespace hyperlane::http::testing {
namespace {

using Statuses = std::vector<int>;

std::string chunk(std::string_view data) {
    std::array<char, h1::max_chunk_head_bytes> head;
    const char* end = h1::write_chunk_head(head.data(), data.size());
    return std::string(head.data(), static_cast<std::size_t>(end - head.data())) + std::string(data) + "\r\n";
}

TEST(H1Body, GathersBodiesOfBothFramings) {
    UsualWorld world;
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{16 * 1024}, std::size_t{16 * 1024 + 1}, std::size_t{300'000}}) {
        const std::string body(size, 'b');
        Client& by_length = world.ask(post("/echo", body) + get("/hello"));
        Client& chunked = world.ask("POST /echo" + std::string(chunked_head) + chunk(body.substr(0, size / 2 + 1)) +
                                    (size > 1 ? chunk(body.substr(size / 2 + 1)) : "") + "0\r\n\r\n" + get("/hello"));
        world.turns(200);
        for (const Client* client : {&by_length, &chunked}) {
            const Answers answers = client->answers();
            ASSERT_EQ(answers.all.size(), 2U) << size;
            EXPECT_EQ(answers.all[0].body, body);
            EXPECT_EQ(answers.all[1].body, "hello");
        }
    }
}

TEST(H1Body, HandsOverTrailersThatMayBeTrailers_Rfc9110_6_5_1) {
    UsualWorld world;
    std::string seen;
    world.service.on_sync("/trailers", [&](Exchange& exchange) {
        for (const auto& [name, value] : exchange.trailers()) seen.append(name).append("=").append(value).append(";");
    });
    world.ask("POST /trailers" + std::string(chunked_head) +
              "1\r\nx\r\n0\r\nX-A: 1\r\nContent-Length: 5\r\nX-B: 2\r\n\r\n");
    EXPECT_EQ(seen, "X-A=1;X-B=2;");
    seen = "none";
    world.ask(get("/trailers"));
    EXPECT_EQ(seen, "none");
}

TEST(H1Body, RefusesATooLargeBodyEarlyByItsLength) {
    Limits limits;
    UsualWorld world(limits);
    world.service.on_sync("/small", echo, {BodyMode::gather, 100'000});
    Client& fits = world.ask(post("/small", std::string(100'000, 'x')));
    world.turns(100);
    EXPECT_EQ(fits.statuses(), Statuses{200});
    Client& refused = world.ask("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n");
    EXPECT_EQ(refused.statuses(), Statuses{413});
    EXPECT_TRUE(refused.answers().all[0].close);
    EXPECT_TRUE(refused.ended);
}

TEST(H1Body, ReadsOnOverARefusedBodyThatIsSmall) {
    UsualWorld world;
    world.service.on_sync("/small", echo, {BodyMode::gather, 10});
    Client& client = world.ask(post("/small", "12345678901") + get("/hello"));
    EXPECT_EQ(client.statuses(), (Statuses{413, 200}));
    EXPECT_FALSE(client.gone());
}

TEST(H1Body, RefusesATooLargeChunkedBodyWhenItPassesTheLimit) {
    UsualWorld world;
    world.service.on_sync("/small", echo, {BodyMode::gather, 10});
    world.service.on_async("/small-stream", upload, {BodyMode::stream, 10});
    for (const std::string path : {"/small", "/small-stream"}) {
        const std::string head = "POST " + path + std::string(chunked_head);
        Client& fits = world.ask(head + chunk("1234567890") + "0\r\n\r\n" + get("/hello"));
        EXPECT_EQ(fits.statuses(), (Statuses{200, 200})) << path;
        Client& refused = world.ask(head + chunk("1234567890") + chunk("1") + "0\r\n\r\n" + get("/hello"));
        EXPECT_EQ(refused.statuses(), Statuses{413}) << path;
        EXPECT_TRUE(refused.ended) << path;
    }
}

TEST(H1Body, AsksForAGatheredBodyWith100_Rfc9110_10_1_1) {
    UsualWorld world;
    Client& client = world.ask("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(client.received, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc" + get("/hello"));
    world.turns();
    EXPECT_EQ(client.statuses(), (Statuses{100, 200, 200}));
}

TEST(H1Body, AsksForAStreamedBodyWhenTheHandlerDoes) {
    UsualWorld world;
    world.service.on_async(
        "/x",
        [](ExchangePtr exchange) -> Task<> {
            co_await sleep(1s);
            co_await upload(exchange);
        },
        streamed);
    Client& client =
        world.ask("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
    world.pass(990ms);
    EXPECT_EQ(client.received, "");
    world.pass(20ms);
    EXPECT_EQ(client.received, "HTTP/1.1 100 Continue\r\n\r\n");
    world.pass(4'900ms);
    client.send("3\r\nabc\r\n0\r\n\r\n");
    world.turns();
    EXPECT_EQ(client.statuses(), (Statuses{100, 200}));
    EXPECT_EQ(client.answers().all[1].body, "3 bytes");
}

TEST(H1Body, GivesAClientThatWasAskedForItsBodyTheGraceOnly) {
    UsualWorld world;
    Client& client = world.ask("POST /upload HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    world.pass(4'999ms);
    EXPECT_EQ(client.statuses(), Statuses{100});
    world.pass(2ms);
    EXPECT_EQ(client.statuses(), (Statuses{100, 408}));
}

TEST(H1Body, ClosesInsteadOfAskingForABodyThatNobodyWants) {
    UsualWorld world;
    for (const std::string path : {"/nowhere", "/early"}) {
        world.service.on_sync("/early", say_hello, streamed);
        Client& client =
            world.ask("POST " + path + " HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        ASSERT_EQ(client.answers().all.size(), 1U);
        EXPECT_NE(client.statuses()[0], 100);
        EXPECT_TRUE(client.answers().all[0].close);
    }
}

TEST(H1Body, SendsNo100AfterTheFinalHead_Rfc9110_10_1_1) {
    UsualWorld world;
    world.service.on_async(
        "/x",
        [](ExchangePtr exchange) -> Task<> {
            co_await Sending(exchange, Sending::What::data, "before;");
            co_await echo_stream(exchange);
        },
        streamed);
    Client& client = world.ask("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    client.send("abc");
    world.turns();
    EXPECT_EQ(client.statuses(), Statuses{200});
    EXPECT_EQ(client.answers().all[0].body, "before;abc");
}

TEST(H1Body, Http10HasNoExpectations_Rfc9110_10_1_1) {
    UsualWorld world;
    Client& client = world.ask("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(client.received, "");
    client.send("abc");
    world.turns();
    EXPECT_EQ(client.statuses(), Statuses{200});
}

TEST(H1Body, StreamsABodyPieceByPiece) {
    UsualWorld world;
    Client& client = world.ask("POST /echo-stream" + std::string(chunked_head) + chunk("abc"));
    EXPECT_NE(client.received.find("3\r\nabc\r\n"), std::string::npos);
    client.send(chunk("defg"));
    world.turns();
    EXPECT_NE(client.received.find("4\r\ndefg\r\n"), std::string::npos);
    client.send("0\r\n\r\n" + get("/hello"));
    world.turns();
    EXPECT_EQ(client.statuses(), (Statuses{200, 200}));
    EXPECT_EQ(client.answers().all[0].body, "abcdefg");
}

TEST(H1Body, HoldsBackAClientWhoseBodyNobodyReads) {
    Limits limits;
    limits.unread_bytes = 10'000;
    for (const bool chunked : {false, true}) {
        UsualWorld world(limits);
        ExchangePtr held;
        world.service.on_async(
            "/x",
            [&](ExchangePtr exchange) -> Task<> {
                held = exchange;
                co_await sleep(10s);
                co_await upload(exchange);
            },
            streamed);
        std::string request =
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x');
        if (chunked) {
            request = "POST /x" + std::string(chunked_head);
            for (int i = 0; i < 1000; ++i) request += chunk(std::string(1000, 'x'));
            request += "0\r\n\r\n";
        }
        Client& client = world.ask(request);
        world.pass(9s);
        EXPECT_GE(held->body.unread.size(), limits.unread_bytes);
        EXPECT_LE(held->body.unread.size(), limits.unread_bytes + Shard::receive_bytes);
        EXPECT_LE(held->body.unread.capacity(), 2 * (limits.unread_bytes + Shard::receive_bytes));
        EXPECT_FALSE(client.sent_all());
        held = ExchangePtr();
        world.pass(2s);
        world.turns(1000);
        ASSERT_EQ(client.answers().all.size(), 1U);
        EXPECT_EQ(client.answers().all[0].body, "1000000 bytes");
    }
}

TEST(H1Body, SkipsABodyThatItsHandlerLeftUnread) {
    UsualWorld world;
    world.service.on_sync("/ignore", say_hello, streamed);
    world.service.on_sync("/discard", say_hello, {BodyMode::discard, 0});
    for (const std::string path : {"/ignore", "/discard"}) {
        Client& by_length = world.ask(post(path, std::string(60'000, 'x')) + get("/later/5"));
        Client& chunked = world.ask("POST " + path + std::string(chunked_head) + chunk(std::string(1000, 'x')));
        EXPECT_EQ(chunked.statuses(), Statuses{200});
        chunked.send(chunk("GET / HTTP/1.1\r\n\r\n") + "0\r\nX: y\r\n\r\n" + get("/later/5"));
        world.pass(10ms);
        EXPECT_EQ(by_length.statuses(), (Statuses{200, 200})) << path;
        EXPECT_EQ(chunked.statuses(), (Statuses{200, 200})) << path;
    }
}

TEST(H1Body, ClosesRatherThanSkipALargeBody) {
    UsualWorld world;
    world.service.on_sync("/ignore", say_hello, streamed);
    Client& by_length = world.ask(post("/ignore", std::string(70'000, 'x')));
    EXPECT_TRUE(by_length.answers().all.at(0).close);
    Client& chunked = world.ask("POST /ignore" + std::string(chunked_head) + chunk(std::string(400'000, 'x')) +
                                "0\r\n\r\n" + get("/hello"));
    world.turns(100);
    EXPECT_EQ(chunked.statuses(), Statuses{200});
    EXPECT_TRUE(chunked.ended);
    EXPECT_FALSE(chunked.failed);
}

TEST(H1Body, ClosesWhenASkippedBodyIsMalformed) {
    UsualWorld world;
    world.service.on_sync("/ignore", say_hello, streamed);
    Client& client = world.ask("POST /ignore" + std::string(chunked_head) + "nonsense\r\n" + get("/hello"));
    world.pass(3s);
    EXPECT_EQ(client.statuses(), Statuses{200});
    EXPECT_TRUE(client.ended);
}

TEST(H1Body, AMalformedBodyEndsTheConnectionAlsoWhenTheResponseHasBegun) {
    UsualWorld world;
    world.service.on_async(
        "/x",
        [](ExchangePtr exchange) -> Task<> {
            co_await Sending(exchange, Sending::What::data, "begun");
            const auto piece = co_await BodyReading(exchange);
            EXPECT_TRUE(piece.has_value());
            const auto broken = co_await BodyReading(exchange);
            EXPECT_EQ(broken.error().code, ErrorCode::bad_message);
        },
        streamed);
    Client& client = world.ask("POST /x" + std::string(chunked_head) + chunk("abc"));
    client.send("xyz\r\n" + get("/hello"));
    world.pass(3s);
    EXPECT_EQ(client.statuses(), Statuses{200});
    EXPECT_TRUE(client.ended);
    EXPECT_EQ(world.service.requests, 1);
}

TEST(H1Body, WakesAReaderThatIsLeftBehindWhenItsHandlerEnds) {
    UsualWorld world;
    std::optional<ErrorCode> seen;
    world.service.on_async(
        "/x",
        [&](ExchangePtr exchange) -> Task<> {
            spawn(
                [](ExchangePtr kept, std::optional<ErrorCode>* into) -> Task<> {
                    const auto piece = co_await BodyReading(kept);
                    *into = piece.has_value() ? ErrorCode::system : piece.error().code;
                },
                exchange, &seen);
            exchange->response.body.set_view("done");
            co_return;
        },
        streamed);
    world.ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(seen, ErrorCode::closed);
}

TEST(H1Body, LeavesNothingOfABodyToTheNextRequest) {
    UsualWorld world;
    world.service.on_sync("/state", [](Exchange& exchange) {
        EXPECT_EQ(exchange.body.mode, BodyMode::gather);
        EXPECT_FALSE(exchange.body.chunked);
        EXPECT_TRUE(exchange.body.complete);
        EXPECT_TRUE(exchange.body.text.empty());
        EXPECT_TRUE(exchange.trailers().empty());
    });
    Client& client = world.ask("POST /upload" + std::string(chunked_head) + "0\r\nX: y\r\n\r\n" + get("/state") +
                               "POST /upload" + std::string(chunked_head) + "1\r\nx\r\n0\r\n\r\n" + get("/state") +
                               post("/upload", "abc") + get("/state"));
    EXPECT_EQ(client.answers().all.size(), 6U);
}

}  // namespace
}  // namespace hyperlane::http::testing
