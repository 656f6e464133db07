#include <hyperlane/web/dispatcher.hpp>
#include "support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

// Which middleware ran, as it is told by the response.
auto mark(std::string name) {
    return [name](Context ctx) {
        const std::string before(ctx.get_response_header("X-Ran").value_or(""));
        ctx.set_response_header("X-Ran", before.empty() ? name : before + " " + name);
    };
}

std::string ran(const TestResponse& response) { return std::string(response.header("X-Ran").value_or("")); }

void nothing(Context) {}

TEST(GroupChain, RunsAlsoWhereNoRouteBelowThePrefixMatches) {
    Server server;
    server.request_middleware(mark("server"));
    server.group("/api", [](Routes& api) {
        api.request_middleware(mark("api")).response_middleware(mark("/api"));
        api.route("/users", get(nothing));
        api.group("/v1", [](Routes& v1) {
            v1.request_middleware(mark("v1"));
            v1.route("/users", get(nothing));
        });
        api.group("/plain", [](Routes& plain) { plain.route("/users", get(nothing)); });
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/api/none").send().status(), 404);
    EXPECT_EQ(ran(client.get("/api/none").send()), "server api /api");
    EXPECT_EQ(ran(client.get("/api").send()), "server api /api");
    EXPECT_EQ(ran(client.get("/api/").send()), "server api /api");
    EXPECT_EQ(ran(client.get("/api/v1").send()), "server api v1 /api") << "the innermost group";
    EXPECT_EQ(ran(client.get("/api/v1/a/b/c").send()), "server api v1 /api");
    EXPECT_EQ(ran(client.get("/api/v1%2Fnone").send()), "server api /api") << "an escaped slash separates nothing";
    EXPECT_EQ(ran(client.get("/api/plain/none").send()), "server api /api") << "its group has none of its own";
    EXPECT_EQ(ran(client.get("/apinone").send()), "server");
    EXPECT_EQ(ran(client.get("/none").send()), "server");
}

TEST(GroupChain, RunsForWrongMethodsAndAutomaticOptions) {
    Server server;
    server.request_middleware(mark("server"));
    server.group("/api", [](Routes& api) {
        api.request_middleware(mark("api"));
        api.route("/users/{id}", get(nothing).request_middleware(mark("route")));
    });
    server.group("/api", [](Routes& api) {
        api.request_middleware(mark("writers"));
        api.route("/users/{id}", del(nothing).request_middleware(mark("delete")));
    });
    server.route("/plain", get(nothing));
    TestClient client(server);
    EXPECT_EQ(client.post("/api/users/1").send().status(), 405);
    EXPECT_EQ(ran(client.post("/api/users/1").send()), "server api");
    EXPECT_EQ(client.post("/api/users/1").send().header("Allow"), "GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(client.options("/api/users/1").send().status(), 204);
    EXPECT_EQ(ran(client.options("/api/users/1").send()), "server api");
    EXPECT_EQ(client.options("/api/users/1").send().header("Allow"), "GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(ran(client.post("/plain").send()), "server");
    EXPECT_EQ(ran(client.request("OPTIONS", "*").send()), "server");
}

TEST(GroupChain, GivesAPreflightTheRouteThatItAsksAbout_Fetch_4_8) {
    Server server;
    server.group("/api", [](Routes& api) {
        api.request_middleware(mark("readers"));
        api.route("/users/{id}", get(nothing).request_middleware(mark("get")));
    });
    server.group("/api", [](Routes& api) {
        api.request_middleware(mark("writers"));
        api.route("/users/{id}", del(nothing).request_middleware(mark("delete")));
    });
    TestClient client(server);
    const auto preflight = [&](std::string_view method) {
        return client.options("/api/users/1").header("Access-Control-Request-Method", method).send();
    };
    EXPECT_EQ(ran(preflight("DELETE")), "writers delete");
    EXPECT_EQ(ran(preflight("GET")), "readers get");
    EXPECT_EQ(ran(preflight("HEAD")), "readers get");
    EXPECT_EQ(ran(preflight("PATCH")), "readers") << "nobody answers it: the group of the first method";
    EXPECT_EQ(preflight("PATCH").header("Allow"), "GET, HEAD, DELETE, OPTIONS");
}

TEST(GroupChain, KnowsTheParametersOfThePrefix) {
    Server server;
    server.group("/tenants/{tenant}", [](Routes& group) {
        group.request_middleware(
            [](Context ctx) { ctx.set_response_header("X-Tenant", ctx.get_route_param<std::string>("tenant")); });
        group.route("/users", get(nothing));
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/tenants/a%20b/users").send().header("X-Tenant"), "a b");
    EXPECT_EQ(client.get("/tenants/a%20b/none").send().header("X-Tenant"), "a b");
    EXPECT_EQ(client.get("/tenants/42").send().header("X-Tenant"), "42");
    EXPECT_EQ(client.post("/tenants/42/users").send().header("X-Tenant"), "42");
    EXPECT_EQ(client.get("/tenants").send().header("X-Tenant"), std::nullopt);
    EXPECT_EQ(client.get("/tenants/42").send().status(), 404);
}

TEST(GroupChain, ForgetsTheParametersOfTheRequestBefore) {
    Server server;
    server.response_middleware(
        [](Context ctx) { ctx.set_response_header("X-Id", std::string(ctx.get_route_param("id").value_or("none"))); });
    server.route("/users/{id}", get(nothing));
    TestClient client(server);
    EXPECT_EQ(client.get("/users/7").send().header("X-Id"), "7");
    EXPECT_EQ(client.request("OPTIONS", "*").send().header("X-Id"), "none");
    EXPECT_EQ(client.get("/users/7").send().header("X-Id"), "7");
    EXPECT_EQ(client.get("/none").send().header("X-Id"), "none");
}

TEST(GroupChain, OfGroupsWithTheSamePrefixTheFirstWithMiddlewareAnswers) {
    Server server;
    server.group("/api", [](Routes& api) { api.route("/a", get(nothing)); });
    server.group("/api", [](Routes& api) { api.request_middleware(mark("second")).route("/b", get(nothing)); });
    server.group("/api", [](Routes& api) { api.request_middleware(mark("third")).route("/c", get(nothing)); });
    server.group("", [](Routes& rest) { rest.request_middleware(mark("anywhere")).route("/d", get(nothing)); });
    TestClient client(server);
    EXPECT_EQ(ran(client.get("/api/none").send()), "second");
    EXPECT_EQ(ran(client.get("/api/a").send()), "");
    EXPECT_EQ(ran(client.get("/api/c").send()), "third");
    EXPECT_EQ(ran(client.post("/api/c").send()), "third") << "that of the route, where there is one";
    EXPECT_EQ(ran(client.get("/d").send()), "anywhere");
    EXPECT_EQ(ran(client.get("/none").send()), "") << "a group without a prefix has no paths of its own";
}

TEST(GroupChain, CallsTheFallbacksWithTheMiddlewareOfTheGroup) {
    Server server;
    server.fallback([](Context ctx) { ctx.set_response_status_code(404).set_response_body("nobody"); });
    server.method_not_allowed([](Context ctx) { ctx.set_response_status_code(405).set_response_body("not so"); });
    server.group("/api", [](Routes& api) { api.request_middleware(mark("api")).route("/a", get(nothing)); });
    TestClient client(server);
    EXPECT_EQ(client.get("/api/none").send().body(), "nobody");
    EXPECT_EQ(ran(client.get("/api/none").send()), "api");
    EXPECT_EQ(client.post("/api/a").send().body(), "not so");
    EXPECT_EQ(ran(client.post("/api/a").send()), "api");
}

TEST(GroupChain, RunsPairsAroundEverythingElseOfTheirGroup) {
    const auto pair = [](const std::string& name) {
        return Middleware{.before = web::make_handler(mark(name)), .after = web::make_handler(mark("/" + name))};
    };
    Server server;
    server.use(pair("1")).response_middleware(mark("x")).use(pair("2")).response_middleware(mark("y"));
    server.group("/api", [&](Routes& api) {
        api.use(pair("3")).response_middleware(mark("z"));
        api.route("/a", get(nothing).use(pair("4")));
    });
    TestClient client(server);
    EXPECT_EQ(ran(client.get("/api/a").send()), "1 2 3 4 /4 z /3 x y /2 /1");
    EXPECT_EQ(ran(client.get("/api/none").send()), "1 2 3 z /3 x y /2 /1");
    EXPECT_EQ(ran(client.get("/none").send()), "1 2 x y /2 /1");
}

TEST(GroupChain, TakesTheInnermostBodyLimit) {
    const auto limit = [](std::uint64_t bytes) { return Middleware{.body_limit = bytes}; };
    Server server;
    server.use(limit(10));
    server.route("/server", post(nothing));
    server.group("/group", [&](Routes& group) {
        group.use(limit(20));
        group.route("/a", post(nothing));
        group.route("/b", post(nothing).body_limit(30));
        group.route("/c", post(nothing).use(limit(5)));
    });
    TestClient client(server);
    const auto status = [&](std::string_view path, std::size_t bytes) {
        return client.post(path).body(std::string(bytes, 'x')).send().status();
    };
    EXPECT_EQ(status("/server", 10), 200);
    EXPECT_EQ(status("/server", 11), 413);
    EXPECT_EQ(status("/group/a", 20), 200);
    EXPECT_EQ(status("/group/a", 21), 413);
    EXPECT_EQ(status("/group/b", 30), 200);
    EXPECT_EQ(status("/group/b", 31), 413);
    EXPECT_EQ(status("/group/c", 6), 413);
}

TEST(GroupChain, RefusesToStartWithOptionsThatMakeNoSense) {
    Server server;
    server.use(Middleware{.mistake = "first"});
    server.group("/api", [](Routes& api) { api.route("/", get(nothing).use(Middleware{.mistake = "second"})); });
    const auto app = server.make_dispatcher();
    ASSERT_FALSE(app);
    EXPECT_TRUE(contains(app.error().message, "group_chain_test.cpp:")) << app.error().message;
    EXPECT_TRUE(contains(app.error().message, ": first\n")) << app.error().message;
    EXPECT_TRUE(app.error().message.ends_with(": second")) << app.error().message;
}

}  // namespace
}  // namespace hyperlane
