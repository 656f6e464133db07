#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

TEST(AccessLogMiddleware, WritesALineAboutTheRequestsOfItsGroup) {
    std::vector<std::string> lines;
    Server server;
    server.use(trusted_proxies({.proxies = {"127.0.0.1"}}));
    server.group("/api", [&](Routes& api) {
        api.use(access_log({.skip = [](const Context& ctx) { return ctx.get_request_path() == "/api/health"; },
                            .sink = [&lines](std::string_view line) { lines.emplace_back(line); }}));
        api.route("/health", get([](Context) {}));
        api.route("/users", get([](Context ctx) { ctx.set_response_body("five!"); }));
    });
    server.route("/other", get([](Context) {}));
    TestClient client(server);
    (void)client.get("/other").send();
    (void)client.get("/api/health").send();
    (void)client.get("/api/users?a=b").header("X-Forwarded-For", "192.0.2.7").send();
    (void)client.get("/api/none").send();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_TRUE(contains(lines[0], " 192.0.2.7 \"GET /api/users?a=b HTTP/1.1\" 200 5 ")) << lines[0];
    EXPECT_TRUE(contains(lines[1], "\"GET /api/none HTTP/1.1\" 404 ")) << lines[1];
}

TEST(AccessLogMiddleware, CanWriteOnlyAboutWhatIsSlow) {
    const LogCapture log;
    Server server;
    server.use(access_log({.format = AccessLog::json, .slower_than = 100ms}));
    server.route("/slow", get([](Context) -> Task<> { co_await sleep(200ms); })).route("/quick", get([](Context) {}));
    TestClient client(server);
    (void)client.get("/quick").send();
    (void)client.get("/slow").send();
    const auto lines = log.lines(LogLevel::info);
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(contains(lines[0], "\"target\":\"/slow\"")) << lines[0];
}

}  // namespace
}  // namespace hyperlane
