#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

TEST(BodyLimit, IsThatOfTheInnermost) {
    Server server;
    server.use(body_limit({.bytes = 100}));
    server.route("/outer", post([](Context) {}));
    server.group("/inner", [](Routes& inner) {
        inner.use(body_limit({.bytes = 3'000'000}));
        inner.route("/", post([](Context) {}));
    });
    TestClient client(server);
    EXPECT_EQ(client.post("/outer").body(std::string(100, 'x')).send().status(), 200);
    EXPECT_EQ(client.post("/outer").body(std::string(101, 'x')).send().status(), 413);
    EXPECT_EQ(client.post("/outer").chunk(std::string(60, 'x')).chunk(std::string(60, 'x')).send().status(), 413);
    EXPECT_EQ(client.post("/inner/").body(std::string(2'500'000, 'x')).send().status(), 200)
        << "also above the limit of the server";
}

TEST(BodyLimit, CountsForStreamedBodiesToo) {
    Server server;
    server.use(body_limit({.bytes = 10}));
    server.route("/", stream_body(post([](Context ctx) -> Task<Result<>> {
                     for (;;) {
                         const auto piece = co_await ctx.read_request_body();
                         if (!piece) co_return std::unexpected(piece.error());
                         if (piece->empty()) co_return Result<>();
                     }
                 })));
    TestClient client(server);
    EXPECT_EQ(client.post("/").chunk("0123456789").send().status(), 200);
    EXPECT_EQ(client.post("/").chunk("0123456789").chunk("x").send().status(), 413);
}

}  // namespace
}  // namespace hyperlane
