#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;
using http::Coding;

std::string long_text() {
    std::string text;
    for (int i = 0; text.size() < 5000; ++i) text += "line " + std::to_string(i) + "\n";
    return text;
}

struct Asked {
    std::string_view accept_encoding;
    std::string_view method = "GET";
};

// A server with one handler behind `compress`.
class Compressing {
public:
    template <typename F>
    explicit Compressing(F handler, CompressOptions options = {}) {
        server_.use(compress(std::move(options))).route("/", get(std::move(handler)));
    }
    TestResponse ask(Asked asked) {
        TestClient client(server_);
        auto request = client.request(asked.method, "/");
        if (!asked.accept_encoding.empty()) {
            std::move(request).header("Accept-Encoding", asked.accept_encoding);
        }
        return std::move(request).send();
    }
    Server& server() { return server_; }

private:
    Server server_;
};

void text(Context ctx) { ctx.set_response_header("ETag", "\"v1\"").set_response_body(long_text()); }

TEST(Compress, EncodesWithTheCodingThatSuitsBest) {
    Compressing compressing(text);
    for (const auto& [accept, coding] : {std::pair("gzip, deflate, br, zstd", Coding::br),
                                         std::pair("gzip", Coding::gzip), std::pair("zstd, gzip", Coding::zstd),
                                         std::pair("br;q=0.1, gzip", Coding::gzip), std::pair("*", Coding::br)}) {
        const auto response = compressing.ask({accept});
        EXPECT_EQ(response.header("Content-Encoding"), http::name_of(coding)) << accept;
        EXPECT_EQ(response.header("Content-Length"), std::to_string(response.body().size()));
        EXPECT_LT(response.body().size(), 2000u);
        EXPECT_EQ(http::decode(coding, response.body(), 10'000).value(), long_text());
        EXPECT_EQ(response.header("Vary"), "Accept-Encoding");
        EXPECT_EQ(response.header("ETag"), "W/\"v1\"");
        EXPECT_EQ(response.header("Content-Type"), "text/plain; charset=utf-8");
    }
}

TEST(Compress, SaysVaryAlsoOnWhatIsNotCompressed) {
    Compressing compressing(text);
    for (const std::string_view accept : {"", "identity", "deflate", "gzip;q=0", "identity, gzip;q=0.5"}) {
        const auto response = compressing.ask({accept});
        EXPECT_EQ(response.header("Content-Encoding"), std::nullopt) << accept;
        EXPECT_EQ(response.body(), long_text());
        EXPECT_EQ(response.header("Vary"), "Accept-Encoding") << accept;
        EXPECT_EQ(response.header("ETag"), "\"v1\"");
    }
}

TEST(Compress, HeadHasTheFieldsOfGet_Rfc9110_9_3_2) {
    Compressing compressing(text);
    for (const std::string_view accept : {"", "gzip", "br"}) {
        const auto by_get = compressing.ask({accept});
        const auto by_head = compressing.ask({accept, "HEAD"});
        EXPECT_EQ(by_head.body(), "");
        for (const std::string_view name : {"Content-Length", "Content-Encoding", "Vary", "ETag", "Content-Type"}) {
            EXPECT_EQ(by_head.header(name), by_get.header(name)) << name << " " << accept;
        }
    }
}

TEST(Compress, LeavesAloneWhatIsNotWorthIt) {
    const auto of_type = [](std::string type) {
        return [type](Context ctx) { ctx.set_response_header("Content-Type", type).set_response_body(long_text()); };
    };
    for (const char* type : {"image/png", "video/mp4", "application/zip", "text/event-stream", "TEXT/Event-Stream",
                             "application/octet-stream", "font/woff2", "x"}) {
        const auto response = Compressing(of_type(type)).ask({"gzip"});
        EXPECT_EQ(response.header("Content-Encoding"), std::nullopt) << type;
        EXPECT_EQ(response.header("Vary"), std::nullopt) << type;
    }
    for (const char* type : {"application/json", "application/problem+json; charset=utf-8", "image/svg+xml",
                             "text/javascript", "application/wasm", "Text/CSS", "application/atom+xml"}) {
        EXPECT_EQ(Compressing(of_type(type)).ask({"gzip"}).header("Content-Encoding"), "gzip") << type;
    }
    EXPECT_EQ(Compressing(of_type("application/x-mine"), {.more_types = {"application/x-mine"}})
                  .ask({"gzip"})
                  .header("Content-Encoding"),
              "gzip");
}

TEST(Compress, LeavesSmallBodiesAsTheyAre) {
    const auto of_size = [](std::size_t bytes) {
        return [bytes](Context ctx) { ctx.set_response_body(long_text().substr(0, bytes)); };
    };
    EXPECT_EQ(Compressing(of_size(1023)).ask({"gzip"}).header("Content-Encoding"), std::nullopt);
    EXPECT_EQ(Compressing(of_size(1023)).ask({"gzip"}).header("Vary"), std::nullopt) << "it never depends";
    EXPECT_EQ(Compressing(of_size(1024)).ask({"gzip"}).header("Content-Encoding"), "gzip");
    EXPECT_EQ(Compressing(of_size(10), {.minimum_bytes = 10}).ask({"gzip"}).header("Content-Encoding"), "gzip");
    EXPECT_EQ(Compressing(of_size(0)).ask({"gzip"}).header("Content-Encoding"), std::nullopt);
}

TEST(Compress, LeavesAloneWhatMustStayAsItIs) {
    const auto with = [](std::string name, std::string value, int status = 200) {
        return [=](Context ctx) {
            ctx.set_response_status_code(status).set_response_header(name, value).set_response_body(long_text());
        };
    };
    const auto untouched = [](auto handler) {
        const auto response = Compressing(handler).ask({"gzip"});
        return response.body() == long_text();
    };
    EXPECT_TRUE(untouched(with("Content-Encoding", "br"))) << "encoded already";
    EXPECT_TRUE(untouched(with("Cache-Control", "public, no-transform"))) << "RFC 9111 5.2.2.6";
    EXPECT_TRUE(untouched(with("Content-Range", "bytes 0-4999/9999", 206))) << "part of a body";
    EXPECT_FALSE(untouched(with("Cache-Control", "no-store")));
    for (const int status : {204, 304}) {
        Server server;
        server.use(compress()).route("/", get([status](Context ctx) { ctx.set_response_status_code(status); }));
        TestClient client(server);
        const auto response = client.get("/").header("Accept-Encoding", "gzip").send();
        EXPECT_EQ(response.header("Content-Encoding"), std::nullopt);
        EXPECT_EQ(response.body(), "");
    }
}

TEST(Compress, RefusesWhereNothingIsLeft_Rfc9110_12_5_3) {
    Compressing compressing(text);
    for (const std::string_view accept : {"identity;q=0", "*;q=0", "identity;q=0, deflate", "compress, *;q=0"}) {
        const auto response = compressing.ask({accept});
        EXPECT_EQ(response.status(), 406) << accept;
        EXPECT_EQ(response.headers("Vary"), (std::vector<std::string>{"Accept-Encoding", "Accept"}));
    }
    EXPECT_EQ(compressing.ask({"identity;q=0, gzip"}).header("Content-Encoding"), "gzip");
    const auto small = [](Context ctx) { ctx.set_response_body("small"); };
    EXPECT_EQ(Compressing(small).ask({"gzip, identity;q=0"}).header("Content-Encoding"), "gzip") << "if it must be";
    const auto error = [](Context) { throw HttpError(404, std::string(2000, 'x')); };
    EXPECT_EQ(Compressing(error).ask({"identity;q=0"}).status(), 404) << "an error is told in any form";
}

TEST(Compress, SendsEachPieceOfAStreamAtOnce) {
    for (const Coding coding : {Coding::br, Coding::zstd, Coding::gzip}) {
        Server server;
        server.use(compress());
        server.route("/", get([](Context ctx) -> Task<> {
                         ctx.set_response_header("Content-Type", "text/plain").set_response_header("ETag", "\"s\"");
                         co_await ctx.send();
                         for (int i = 0; i < 3; ++i) {
                             co_await sleep(1s);
                             co_await ctx.send_body("piece " + std::to_string(i) + "\n");
                         }
                     }));
        TestClient client(server);
        auto pending = client.get("/").header("Accept-Encoding", http::name_of(coding)).open();
        EXPECT_EQ(pending.head().header("Content-Encoding"), http::name_of(coding));
        EXPECT_EQ(pending.head().header("Vary"), "Accept-Encoding");
        EXPECT_EQ(pending.head().header("ETag"), "W/\"s\"");
        const auto decoder = http::make_decoder(coding);
        std::string seen;
        std::string expected;
        for (int i = 0; i < 3; ++i) {
            const auto piece = pending.next_chunk();
            ASSERT_TRUE(piece);
            ASSERT_TRUE(decoder->read(*piece, seen, 1000));
            expected += "piece " + std::to_string(i) + "\n";
            EXPECT_EQ(seen, expected) << http::name_of(coding);
        }
        while (const auto piece = pending.next_chunk()) ASSERT_TRUE(decoder->read(*piece, seen, 1000));
        EXPECT_EQ(seen, expected);
        EXPECT_TRUE(decoder->complete()) << http::name_of(coding);
    }
}

TEST(Compress, TakesTheFirstPieceThatWasSetAndDropsADeclaredLength) {
    Server server;
    server.use(compress());
    server.route("/", get([](Context ctx) -> Task<> {
                     ctx.set_response_header("Content-Length", "5008").set_response_body("first, then ");
                     co_await ctx.send_body(std::string(4996, 'x'));
                 }));
    server.route("/closes", get([](Context ctx) -> Task<> {
                     ctx.set_response_header("Content-Type", "text/html");
                     co_await ctx.send_body("and closes");
                     ctx.close();
                 }));
    TestClient client(server);
    const auto response = client.get("/").header("Accept-Encoding", "gzip").send();
    EXPECT_EQ(response.header("Content-Length"), std::nullopt);
    EXPECT_EQ(http::decode(Coding::gzip, response.body(), 10'000).value(), "first, then " + std::string(4996, 'x'));
    const auto closed = client.get("/closes").header("Accept-Encoding", "gzip").send();
    EXPECT_EQ(http::decode(Coding::gzip, closed.body(), 10'000).value(), "and closes");
}

TEST(Compress, NeverTouchesEvents) {
    Server server;
    server.use(compress());
    server.route("/", get([](Context ctx) -> Task<> {
                     ctx.set_response_header(header::content_type, mime::text_event_stream);
                     co_await ctx.send_body("data: 1\n\n");
                 }));
    TestClient client(server);
    const auto response = client.get("/").header("Accept-Encoding", "gzip, br").send();
    EXPECT_EQ(response.header("Content-Encoding"), std::nullopt);
    EXPECT_EQ(response.body(), "data: 1\n\n");
}

TEST(Compress, BreaksOffAStreamThatFails) {
    const LogCapture log;
    Server server;
    server.use(compress());
    server.route("/", get([](Context ctx) -> Task<> {
                     ctx.set_response_header("Content-Type", "text/html");
                     co_await ctx.send_body("half");
                     throw std::runtime_error("too late");
                 }));
    TestClient client(server);
    auto pending = client.get("/").header("Accept-Encoding", "gzip").start();
    EXPECT_TRUE(pending.broken_off());
}

TEST(Compress, SurvivesAClientThatLeaves) {
    Server server;
    server.use(compress());
    server.route("/", get([](Context ctx) -> Task<> {
                     ctx.set_response_header("Content-Type", "text/html");
                     for (;;) {
                         co_await ctx.send_body(long_text());
                         co_await sleep(1s);
                     }
                 }));
    TestClient client(server);
    auto pending = client.get("/").header("Accept-Encoding", "br").open();
    pending.disconnect();
    client.advance(5s);
    EXPECT_EQ(client.connections(), 0u);
}

TEST(Compress, WaitsForASlowClient) {
    std::size_t sent = 0;
    Server server;
    server.use(compress());
    server.route("/", get([&sent](Context ctx) -> Task<> {
                     ctx.set_response_header("Content-Type", "text/html");
                     std::string noise(64 * 1024, '\0');
                     std::uint32_t random = 1;
                     for (int i = 0; i < 100; ++i) {
                         for (char& c : noise) c = static_cast<char>((random = random * 1664525 + 1013904223) >> 24);
                         co_await ctx.send_body(noise);
                         sent += noise.size();
                     }
                 }));
    TestClient client(server);
    auto connection = client.connect();
    connection.stop_reading();
    connection.send("GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
    EXPECT_LT(sent, 1'000'000u);
}

TEST(Compress, OnceIsEnough) {
    Server server;
    server.use(compress());
    server.group("/api", [](Routes& api) { api.use(compress({.codings = {Coding::gzip}})).route("/", get(text)); });
    TestClient client(server);
    const auto response = client.get("/api/").header("Accept-Encoding", "br, gzip").send();
    EXPECT_EQ(response.header("Content-Encoding"), "br");
    EXPECT_EQ(http::decode(Coding::br, response.body(), 10'000).value(), long_text());
    EXPECT_EQ(response.headers("Vary").size(), 1u);
}

TEST(Compress, KeepsTheTagOfA304InStep_Rfc9110_15_4_5) {
    Server server;
    server.use(compress()).use(etag()).route("/", get([](Context ctx) { ctx.set_response_body(long_text()); }));
    TestClient client(server);
    const auto first = client.get("/").header("Accept-Encoding", "gzip").send();
    const std::string weak(first.header("ETag").value());
    ASSERT_TRUE(weak.starts_with("W/\""));
    const auto again = client.get("/").header("Accept-Encoding", "gzip").header("If-None-Match", weak).send();
    EXPECT_EQ(again.status(), 304);
    EXPECT_EQ(again.header("ETag"), weak);
    EXPECT_EQ(again.header("Vary"), "Accept-Encoding");
    const auto plain = client.get("/").header("If-None-Match", weak.substr(2)).send();
    EXPECT_EQ(plain.status(), 304);
    EXPECT_EQ(plain.header("ETag"), weak.substr(2));
}

TEST(Compress, ErrorsAndNotFoundToo) {
    Server server;
    server.use(compress({.minimum_bytes = 1}));
    TestClient client(server);
    const auto response = client.get("/none").header("Accept-Encoding", "gzip").send();
    EXPECT_EQ(response.status(), 404);
    EXPECT_EQ(http::decode(Coding::gzip, response.body(), 10'000).value(), "Not Found\n");
}

}  // namespace
}  // namespace hyperlane
