/// The same bytes in other pieces must give the same answers; what must be refused is refused, and nothing behind it
/// answered.

#include "harness.hpp"

namespace hyperlane::http::testing {
namespace {

using Statuses = std::vector<int>;

// "Date: …" changes with real time.
std::string without_dates(std::string text) {
    for (std::size_t at = text.find("Date: "); at != std::string::npos; at = text.find("Date: ", at + 1))
        text.replace(at + 6, 29, 29, '-');
    return text;
}

const std::vector<std::string>& conversations() {
    static const std::vector<std::string> all{
        get("/hello") + post("/echo", "abc") + get("/later/3", "X: y\r\n") + "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" +
            get("/stream/2"),
        "POST /echo" + std::string(chunked_head) + "3;x=\"y\"\r\nabc\r\n0a\r\n0123456789\r\n0\r\nA: b\r\n\r\n" +
            "\r\n" + get("/hello"),
        "POST /upload" + std::string(chunked_head) + "3\r\nabc\r\n0\r\n\r\n" + post("/upload", "01234") +
            get("/hello", "Connection: close\r\n") + get("/hello"),
        post("/ignore", "0123") + "POST /ignore" + std::string(chunked_head) + "2\r\nab\r\n0\r\nX: y\r\n\r\n" +
            post("/small", "12345678") + get("/none"),
        post("/echo", "x") + "GET /hello HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n" + get("/hello"),
        get("/hello") + "POST /echo" + std::string(chunked_head) + "3\r\nabcX" + get("/hello"),
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc" + get("/hello"),
        "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /stream/2 HTTP/1.0\r\n\r\n",
    };
    return all;
}

struct SplitWorld : UsualWorld {
    explicit SplitWorld(Limits limits = {}) : UsualWorld(limits) {
        service.on_sync("/ignore", say_hello, streamed);
        service.on_sync("/small", echo, {BodyMode::gather, 4});
    }
};

std::string answered_whole(const std::string& text) {
    SplitWorld world;
    Client& client = world.ask(text);
    world.pass(20ms);
    return without_dates(client.received);
}

TEST(H1Split, EveryCutInTwoGivesTheSameAnswers) {
    for (const std::string& text : conversations()) {
        const std::string expected = answered_whole(text);
        ASSERT_FALSE(expected.empty());
        SplitWorld world;
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
            Client& client = world.ask(text.substr(0, cut));
            world.pass(10ms);
            client.send(text.substr(cut));
            world.pass(20ms);
            ASSERT_EQ(without_dates(client.received), expected) << "cut at " << cut << " of " << text;
            client.close();
        }
    }
}

TEST(H1Split, SingleBytesGiveTheSameAnswers) {
    for (const std::string& text : conversations()) {
        const std::string expected = answered_whole(text);
        for (const std::size_t write : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
            for (const std::size_t capacity : {std::size_t{1}, std::size_t{3}, std::size_t{64 * 1024}}) {
                SplitWorld world;
                Client& client =
                    world.ask(text, {.capacity_bytes = capacity, .max_read_bytes = 1, .max_write_bytes = write});
                world.turns(4000);
                world.pass(100ms);
                world.turns(2000);
                ASSERT_EQ(without_dates(client.received), expected) << "capacity " << capacity << ", " << text;
            }
        }
    }
}

TEST(H1Split, AStreamThroughATinyPipeArrivesWhole) {
    SplitWorld world;
    std::string request = "POST /echo-stream" + std::string(chunked_head);
    for (int i = 0; i < 100; ++i) request += "3\r\nabc\r\n";
    Client& client = world.ask(request + "0\r\n\r\n", {.capacity_bytes = 5, .max_read_bytes = 2, .max_write_bytes = 1});
    world.turns(10'000);
    ASSERT_EQ(client.answers().all.size(), 1U);
    std::string expected;
    for (int i = 0; i < 100; ++i) expected += "abc";
    EXPECT_EQ(client.answers().all[0].body, expected);
}

struct Refused {
    int status;
    std::string text;
};

std::string lines(std::string_view more) { return get("/hello", more); }

const std::vector<Refused>& refusals() {
    static const std::string head = "POST /echo" + std::string(chunked_head);
    static const std::vector<Refused> all{
        {400, "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "GET /hello HTTP/1.1\nHost: a\n\n"},
        {400, "GET /hello HTTP/1.1\rHost: a\r\r"},
        {400, "GET /hello\r\nHost: a\r\n\r\n"},
        {400, " GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "GET /a%2 HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "GET hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {505, "GET /hello HTTP/2.0\r\nHost: a\r\n\r\n"},
        {400, "GET /hello HTTP/1.1\r\n\r\n"},
        {400, lines("Host: a\r\n")},
        {400, "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n"},
        {400, lines("X : y\r\n")},
        {400, lines("X: y\r\n z\r\n")},
        {400, lines(" X: y\r\n")},
        {400, lines("X: a\x01\r\n")},
        {400, lines(std::string_view("X: a\0b\r\n", 8))},
        {400, lines("X\xff: a\r\n")},
        {400, lines("NoColon\r\n")},
        {400, lines("X: y\nZ: w\r\n")},
        {400, lines("Content-Length: 1\r\nContent-Length: 1\r\n") + "x"},
        {400, lines("Content-Length: 1, 1\r\n") + "x"},
        {400, lines("Content-Length: +1\r\n") + "x"},
        {400, lines("Content-Length: 99999999999999999999\r\n")},
        {400, lines("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"},
        {400, lines("Transfer-Encoding: chunked, chunked\r\n") + "0\r\n\r\n"},
        {501, lines("Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n"},
        {400, "GET /hello HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {417, lines("Expect: something\r\n")},
        {414, "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"},
        {431, lines("X: " + std::string(33'000, 'a') + "\r\n")},
        {431,
         [] {
             std::string many;
             for (int i = 0; i < 101; ++i) many += "X: y\r\n";
             return lines(many);
         }()},
        {400, head + "0x5\r\nhello\r\n0\r\n\r\n"},
        {400, head + "5\nhello\r\n0\r\n\r\n"},
        {400, head + "5\r\nhelloX0\r\n\r\n"},
        {400, head + "ffffffffffffffff1\r\n"},
        {400, head + "5;\r\nhello\r\n0\r\n\r\n"},
        {400, head + "0\r\nX : y\r\n\r\n"},
        {431, head + "0\r\nX: " + std::string(9000, 'y') + "\r\n\r\n"},
    };
    return all;
}

TEST(H1Strictness, RefusesAndCloses_Rfc9112) {
    for (const Refused& refused : refusals()) {
        for (const bool trickled : {false, true}) {
            SplitWorld world;
            Client& client = world.connect({.capacity_bytes = 64 * 1024, .max_read_bytes = trickled ? 1 : SIZE_MAX});
            client.send(get("/hello") + refused.text + get("/hello"));
            world.until([&] { return client.gone(); });
            EXPECT_EQ(client.statuses(), (Statuses{200, refused.status})) << refused.text.substr(0, 200);
            EXPECT_TRUE(client.ended && client.answers().all.back().close) << refused.text.substr(0, 200);
            EXPECT_EQ(client.answers().rest, "");
        }
    }
}

TEST(H1Strictness, AnswersWhatIsUnusualButValid_Rfc9112) {
    for (const std::string& text : std::vector<std::string>{
             "\r\n" + get("/hello"),
             "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n",
             "GET http://a/hello?x HTTP/1.1\r\nHost: b\r\n\r\n",
             "GET /hello? HTTP/1.1\r\nHost:\r\n\r\n",
             "GET /hello HTTP/1.1\r\nhOsT:\t a \t\r\nX:\r\nY: \"\x80\xff\"\r\n\r\n",
             "GET /hello HTTP/1.9\r\nHost: a\r\n\r\n",
             "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
             "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 0003\r\n\r\nabc",
             "GET /hello HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n003\r\nabc\r\n00\r\n\r\n",
             "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: ,, keep-alive ,x\r\n\r\n",
             "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(30'000, 'x') + "\r\n\r\n",
         }) {
        SplitWorld world;
        Client& client = world.ask(text + get("/hello"));
        EXPECT_EQ(client.statuses(), (Statuses{200, 200})) << text.substr(0, 200);
    }
}

TEST(H1Strictness, LimitsAreSettable) {
    Limits limits;
    limits.request_line_bytes = 30;
    limits.head_bytes = 60;
    limits.fields = 2;
    SplitWorld world(limits);
    EXPECT_EQ(world.ask("GET /hello?567890 HTTP/1.1\r\nHost: a\r\n\r\n").statuses(), Statuses{200});
    EXPECT_EQ(world.ask("GET /hello?567890123 HTTP/1.1\r\nHost: a\r\n\r\n").statuses(), Statuses{414});
    EXPECT_EQ(world.ask(get("/hello", "X: 34567890123456789012345678\r\n")).statuses(), Statuses{431});
    EXPECT_EQ(world.ask(get("/hello", "X: y\r\n")).statuses(), Statuses{200});
    EXPECT_EQ(world.ask(get("/hello", "X: y\r\nX: y\r\n")).statuses(), Statuses{431});
}

}  // namespace
}  // namespace hyperlane::http::testing
