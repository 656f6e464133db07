#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

TEST(Timeout, CancelsAHandlerThatTakesTooLong) {
    const LogCapture log;
    std::string steps;
    Server server;
    server.response_middleware([&](Context) { steps += "after "; });
    server.group("/api", [&](Routes& api) {
        api.use(timeout({.after = 2s}));
        api.route("/slow", get([&](Context) -> Task<> {
                      try {
                          co_await sleep(1h);
                      } catch (const Cancelled&) {
                          steps += "cancelled ";
                          throw;
                      }
                  }));
        api.route("/quick", get([](Context ctx) -> Task<> {
                      co_await sleep(1s);
                      ctx.set_response_body("quick");
                  }));
        api.route("/plain", get([](Context ctx) { ctx.set_response_body("plain"); }));
        api.route("/throws", get([](Context) -> Task<> {
                      co_await sleep(1ms);
                      throw HttpError(409, "taken");
                  }));
    });
    TestClient client(server);
    const auto slow = client.get("/api/slow").header("Accept", "application/json").send();
    EXPECT_EQ(client.elapsed(), 2s);
    EXPECT_EQ(slow.status(), 503);
    EXPECT_TRUE(contains(slow.body(), "\"code\":\"handler_timeout\"")) << slow.body();
    EXPECT_EQ(steps, "cancelled after ");
    EXPECT_EQ(log.lines(LogLevel::warn).size(), 1u);
    EXPECT_EQ(client.get("/api/quick").send().body(), "quick");
    EXPECT_EQ(client.get("/api/plain").send().body(), "plain");
    EXPECT_EQ(client.get("/api/throws").send().body(), "taken\n");
}

TEST(Timeout, CanBeThatOfAGateway) {
    const LogCapture log;
    Server server;
    server.route("/", get([](Context) -> Task<> { co_await sleep(1h); }).use(timeout({.after = 1s, .status = 504})));
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().status(), 504);
}

TEST(Timeout, BreaksAStreamOff) {
    const LogCapture log;
    Server server;
    server.use(timeout({.after = 2s})).route("/", get([](Context ctx) -> Task<> {
                                                 co_await ctx.send_body("half");
                                                 co_await sleep(1h);
                                             }));
    TestClient client(server);
    auto pending = client.get("/").open();
    client.advance(3s);
    EXPECT_TRUE(pending.broken_off());
}

TEST(Timeout, RefusesToStartWithTimesThatMakeNoSense) {
    EXPECT_NE(timeout({.after = 0s}).mistake, "");
    EXPECT_NE(timeout({.after = 1s, .status = 200}).mistake, "");
}

}  // namespace
}  // namespace hyperlane
