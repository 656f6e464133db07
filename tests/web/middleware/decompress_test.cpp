#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;
using http::Coding;

TestResponse post(Server& server, std::string_view encoding, std::string_view body) {
    TestClient client(server);
    return client.post("/").header("Content-Encoding", encoding).body(body).send();
}

class Decompress : public ::testing::Test {
protected:
    void SetUp() override {
        server.use(decompress());
        server.route("/", hyperlane::post([](Context ctx) {
                         ctx.set_response_body("got " + std::string(ctx.get_request_body()));
                     }));
    }
    Server server;
};

TEST_F(Decompress, GivesTheHandlerWhatTheClientMeant) {
    for (const Coding coding : {Coding::gzip, Coding::br, Coding::zstd, Coding::deflate}) {
        EXPECT_EQ(post(server, http::name_of(coding), http::encode(coding, "hello")).body(), "got hello");
        const std::string large(100'000, 'x');
        EXPECT_EQ(post(server, http::name_of(coding), http::encode(coding, large)).body(), "got " + large);
    }
    EXPECT_EQ(post(server, "X-GZIP", http::encode(Coding::gzip, "old")).body(), "got old");
    EXPECT_EQ(post(server, "identity", "plain").body(), "got plain");
    EXPECT_EQ(post(server, "identity, gzip", http::encode(Coding::gzip, "hello")).body(), "got hello");
    EXPECT_EQ(post(server, "gzip", "").body(), "got ");
    TestClient client(server);
    EXPECT_EQ(client.post("/").body("no field").send().body(), "got no field");
    const std::string packed = http::encode(Coding::gzip, "in chunks");
    EXPECT_EQ(client.post("/")
                  .header("Content-Encoding", "gzip")
                  .chunk(packed.substr(0, 3))
                  .chunk(packed.substr(3))
                  .send()
                  .body(),
              "got in chunks");
}

TEST_F(Decompress, StopsABomb) {
    const std::string zeros(50'000'000, '\0');
    for (const Coding coding : {Coding::gzip, Coding::br, Coding::zstd}) {
        EXPECT_EQ(post(server, http::name_of(coding), http::encode(coding, zeros)).status(), 413);
    }
}

TEST_F(Decompress, CountsWhatTheBodyBecomesAgainstTheLimitOfTheRoute) {
    Server small;
    small.use(decompress()).use(body_limit({.bytes = 100}));
    small.route("/", hyperlane::post([](Context) {}));
    EXPECT_EQ(post(small, "gzip", http::encode(Coding::gzip, std::string(100, 'x'))).status(), 200);
    EXPECT_EQ(post(small, "gzip", http::encode(Coding::gzip, std::string(101, 'x'))).status(), 413);
}

TEST_F(Decompress, RefusesWhatItDoesNotKnow_Rfc9110_15_5_16) {
    for (const char* coding : {"compress", "gzip, br", "aws-chunked", "gzip2"}) {
        const auto response = post(server, coding, "x");
        EXPECT_EQ(response.status(), 415) << coding;
        EXPECT_EQ(response.header("Accept-Encoding"), "gzip, br, zstd, deflate");
    }
    Server only;
    only.use(decompress({.codings = {Coding::gzip}})).route("/", hyperlane::post([](Context) {}));
    EXPECT_EQ(post(only, "br", "x").header("Accept-Encoding"), "gzip");
}

TEST_F(Decompress, RefusesWhatIsBroken) {
    const std::string packed = http::encode(Coding::gzip, std::string(1000, 'x'));
    EXPECT_EQ(post(server, "gzip", "no gzip").status(), 400);
    EXPECT_EQ(post(server, "gzip", packed.substr(0, packed.size() - 4)).status(), 400);
    EXPECT_EQ(post(server, "br", packed).status(), 400);
}

TEST_F(Decompress, LeavesStreamsAsTheyAre) {
    Server streams;
    streams.use(decompress());
    streams.route("/", stream_body(hyperlane::post([](Context ctx) -> Task<> {
                      const auto piece = co_await ctx.read_request_body();
                      ctx.set_response_body(std::string(piece.value()));
                  })));
    EXPECT_EQ(post(streams, "gzip", "as sent").body(), "as sent");
}

}  // namespace
}  // namespace hyperlane
