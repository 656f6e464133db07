#include <hyperlane/middleware.hpp>
#include <hyperlane/web/dispatcher.hpp>
#include <hyperlane/web/files/static_files.hpp>
#include "../support.hpp"

#include <optional>

namespace hyperlane {
namespace {

using namespace testing;

// A configuration, a preflight, and what has to come back. "-" is: no such field.
struct Case {
    const char* name;
    CorsOptions options;
    const char* origin;
    const char* method;
    const char* headers;  // nullptr: not asked for
    const char* allow_origin;
    const char* allow_methods;
    const char* allow_headers;
    const char* vary;
    const char* credentials = "-";
    const char* max_age = "-";
};

constexpr const char* a = "https://a.example";
constexpr const char* b = "https://b.example";
constexpr const char* route_methods = "GET, HEAD, PUT, OPTIONS";
constexpr const char* asked = "Access-Control-Request-Headers";
constexpr const char* both = "Origin, Access-Control-Request-Headers";

CorsOptions any() { return {.origins = {"*"}}; }
CorsOptions one() { return {.origins = {a}}; }
CorsOptions two() { return {.origins = {a, b}}; }
CorsOptions asking() {
    return {.allow_origin = [](std::string_view origin) { return origin.ends_with(".example"); }};
}
CorsOptions with_credentials(CorsOptions options) {
    options.credentials = true;
    return options;
}
CorsOptions with_lists(CorsOptions options) {
    options.methods = {"GET", "PUT"};
    options.headers = {"Content-Type", "X-Token"};
    return options;
}
CorsOptions with_age(CorsOptions options, int seconds) {
    options.max_age = std::chrono::seconds(seconds);
    return options;
}

std::vector<Case> table() {
    return {
        // Everybody may
        {"any", any(), a, "PUT", nullptr, "*", route_methods, "-", asked},
        {"any, GET", any(), a, "GET", nullptr, "*", route_methods, "-", asked},
        {"any, HEAD", any(), a, "HEAD", nullptr, "*", route_methods, "-", asked},
        {"any, POST", any(), a, "POST", nullptr, "*", route_methods, "-", asked},
        {"any, DELETE", any(), a, "DELETE", nullptr, "*", route_methods, "-", asked},
        {"any, unknown method", any(), a, "FROB", nullptr, "*", route_methods, "-", asked},
        {"any, lower case is another method", any(), a, "put", nullptr, "*", route_methods, "-", asked},
        {"any, other origin", any(), b, "PUT", nullptr, "*", route_methods, "-", asked},
        {"any, opaque origin", any(), "null", "PUT", nullptr, "*", route_methods, "-", asked},
        {"any, http origin with port", any(), "http://localhost:5173", "PUT", nullptr, "*", route_methods, "-", asked},
        {"any, one header", any(), a, "PUT", "content-type", "*", route_methods, "content-type", asked},
        {"any, three headers", any(), a, "PUT", "a,b, c", "*", route_methods, "a,b, c", asked},
        {"any, authorization", any(), a, "PUT", "authorization", "*", route_methods, "authorization", asked},
        {"any, empty headers", any(), a, "PUT", "", "*", route_methods, "-", asked},
        {"any, no token", any(), a, "PUT", "x y", "*", route_methods, "-", asked},
        {"any, one no token", any(), a, "PUT", "x, (y)", "*", route_methods, "-", asked},
        {"any, lists", with_lists(any()), a, "PUT", "x-token", "*", "GET, PUT", "Content-Type, X-Token", "-"},
        {"any, lists, not in them", with_lists(any()), a, "PATCH", "x-other", "*", "GET, PUT", "Content-Type, X-Token",
         "-"},
        {"any, lists, none asked", with_lists(any()), a, "PUT", nullptr, "*", "GET, PUT", "Content-Type, X-Token", "-"},
        {"any, age", with_age(any(), 600), a, "PUT", nullptr, "*", route_methods, "-", asked, "-", "600"},
        {"any, no age", with_age(any(), 0), a, "PUT", nullptr, "*", route_methods, "-", asked, "-", "0"},

        // One origin, which is told to everybody: the browser compares
        {"one", one(), a, "PUT", nullptr, a, route_methods, "-", asked},
        {"one, header", one(), a, "PUT", "x-token", a, route_methods, "x-token", asked},
        {"one, other origin", one(), b, "PUT", nullptr, a, route_methods, "-", asked},
        {"one, other port", one(), "https://a.example:8443", "PUT", nullptr, a, route_methods, "-", asked},
        {"one, other scheme", one(), "http://a.example", "PUT", nullptr, a, route_methods, "-", asked},
        {"one, subdomain", one(), "https://www.a.example", "PUT", nullptr, a, route_methods, "-", asked},
        {"one, longer", one(), "https://a.example.evil", "PUT", nullptr, a, route_methods, "-", asked},
        {"one, prefix", one(), "https://a.exampl", "PUT", nullptr, a, route_methods, "-", asked},
        {"one, with a path", one(), "https://a.example/", "PUT", nullptr, a, route_methods, "-", asked},
        {"one, upper case", one(), "https://A.example", "PUT", nullptr, a, route_methods, "-", asked},
        {"one, opaque", one(), "null", "PUT", nullptr, a, route_methods, "-", asked},
        {"one, lists", with_lists(one()), a, "PUT", nullptr, a, "GET, PUT", "Content-Type, X-Token", "-"},
        {"one, credentials", with_credentials(one()), a, "PUT", nullptr, a, route_methods, "-", asked, "true"},
        {"one, credentials, header", with_credentials(one()), a, "PUT", "authorization", a, route_methods,
         "authorization", asked, "true"},
        {"one, credentials, other", with_credentials(one()), b, "PUT", nullptr, a, route_methods, "-", asked, "true"},
        {"null by name", {.origins = {"null"}}, "null", "PUT", nullptr, "null", route_methods, "-", asked},
        {"null by name, other", {.origins = {"null"}}, a, "PUT", nullptr, "null", route_methods, "-", asked},

        // Several origins: the answer depends on which one asks
        {"two, first", two(), a, "PUT", nullptr, a, route_methods, "-", both},
        {"two, second", two(), b, "PUT", nullptr, b, route_methods, "-", both},
        {"two, other", two(), "https://c.example", "PUT", nullptr, "-", "-", "-", "Origin"},
        {"two, opaque", two(), "null", "PUT", nullptr, "-", "-", "-", "Origin"},
        {"two, both at once", two(), "https://a.example https://b.example", "PUT", nullptr, "-", "-", "-", "Origin"},
        {"two, header", two(), b, "PUT", "x-token", b, route_methods, "x-token", both},
        {"two, lists", with_lists(two()), b, "PUT", "x-token", b, "GET, PUT", "Content-Type, X-Token", "Origin"},
        {"two, lists, other", with_lists(two()), "https://c.example", "PUT", "x-token", "-", "-", "-", "Origin"},
        {"two, credentials", with_credentials(two()), b, "PUT", nullptr, b, route_methods, "-", both, "true"},
        {"two, credentials, other", with_credentials(two()), "https://c.example", "PUT", nullptr, "-", "-", "-",
         "Origin"},
        {"two, credentials, opaque", with_credentials(two()), "null", "PUT", nullptr, "-", "-", "-", "Origin"},
        {"two, age", with_age(two(), 60), a, "PUT", nullptr, a, route_methods, "-", both, "-", "60"},
        {"two, age, other", with_age(two(), 60), "https://c.example", "PUT", nullptr, "-", "-", "-", "Origin"},

        // A function decides
        {"function", asking(), a, "PUT", nullptr, a, route_methods, "-", both},
        {"function, yes", asking(), "https://x.example", "PUT", nullptr, "https://x.example", route_methods, "-", both},
        {"function, no", asking(), "https://example.com", "PUT", nullptr, "-", "-", "-", "Origin"},
        {"function, opaque", asking(), "null", "PUT", nullptr, "-", "-", "-", "Origin"},
        {"function, header", asking(), a, "PUT", "x-token", a, route_methods, "x-token", both},
        {"function, lists", with_lists(asking()), a, "PUT", nullptr, a, "GET, PUT", "Content-Type, X-Token", "Origin"},
        {"function, credentials", with_credentials(asking()), a, "PUT", nullptr, a, route_methods, "-", both, "true"},
        {"function, credentials, no", with_credentials(asking()), "https://example.com", "PUT", nullptr, "-", "-", "-",
         "Origin"},
        {"function, age", with_age(asking(), 5), a, "PUT", nullptr, a, route_methods, "-", both, "-", "5"},
        {"list and function",
         {.origins = {"null"}, .allow_origin = asking().allow_origin},
         "null",
         "PUT",
         nullptr,
         "null",
         route_methods,
         "-",
         both},
        {"list and function, yes",
         {.origins = {"null"}, .allow_origin = asking().allow_origin},
         a,
         "PUT",
         nullptr,
         a,
         route_methods,
         "-",
         both},
    };
}

std::string all_of(const TestResponse& response, std::string_view name) {
    std::string text;
    for (const std::string& value : response.headers(name)) text += (text.empty() ? "" : ", ") + value;
    return response.header(name) ? text : "-";
}

void expect_case(const Case& row, TestClient& client, std::string_view path, const char* methods) {
    auto request =
        client.options(path).header("Origin", row.origin).header("Access-Control-Request-Method", row.method);
    if (row.headers != nullptr) std::move(request).header("Access-Control-Request-Headers", row.headers);
    const auto response = std::move(request).send();
    const std::string_view allowed = std::string_view(row.allow_methods) == route_methods ? methods : row.allow_methods;
    const std::string at = std::string(row.name) + " at " + std::string(path);
    EXPECT_EQ(response.status(), 204) << at;
    EXPECT_EQ(response.body(), "") << at;
    EXPECT_EQ(all_of(response, "Access-Control-Allow-Origin"), row.allow_origin) << at;
    EXPECT_EQ(all_of(response, "Access-Control-Allow-Methods"), allowed) << at;
    EXPECT_EQ(all_of(response, "Access-Control-Allow-Headers"), row.allow_headers) << at;
    EXPECT_EQ(all_of(response, "Access-Control-Allow-Credentials"), row.credentials) << at;
    EXPECT_EQ(all_of(response, "Access-Control-Max-Age"), row.max_age) << at;
    EXPECT_EQ(all_of(response, "Vary"), row.vary) << at;
}

TEST(Cors, AnswersPreflightsOnServersGroupsRoutesAndFiles_Fetch_4_8) {
    const auto rows = table();
    ASSERT_GE(rows.size(), 60u);
    for (const Case& row : rows) {
        const auto handler = [](Context ctx) { ctx.set_response_body("never for a preflight"); };
        Server whole;
        whole.use(cors(row.options)).request_middleware([](Context ctx) { ctx.set_response_status_code(401); });
        whole.route("/x", methods({GET, PUT}, handler));
        TestClient of_whole(whole);
        expect_case(row, of_whole, "/x", route_methods);
        expect_case(row, of_whole, "/nowhere", "GET, HEAD, POST, PUT, PATCH, DELETE");

        Server parts;
        parts.group("/group", [&](Routes& group) {
            group.use(cors(row.options));
            group.route("/{id}", methods({GET, PUT}, handler));
            group.route("/files/{path:^.*$}", get(static_files("examples")));
        });
        TestClient of_parts(parts);
        expect_case(row, of_parts, "/group/1", route_methods);
        expect_case(row, of_parts, "/group/files/hello.cpp", "GET, HEAD, OPTIONS");
        expect_case(row, of_parts, "/group/no/where", "GET, HEAD, POST, PUT, PATCH, DELETE");
    }
}

TEST(Cors, OnARouteCountsForItsMethods) {
    Server server;
    server.route("/x", get([](Context) {}).use(cors({.origins = {a}})));
    server.route("/x", put([](Context) {}));
    TestClient client(server);
    const auto preflight = [&](std::string_view method) {
        return client.options("/x").header("Origin", a).header("Access-Control-Request-Method", method).send();
    };
    EXPECT_EQ(preflight("GET").header("Access-Control-Allow-Origin"), a);
    EXPECT_EQ(preflight("HEAD").header("Access-Control-Allow-Origin"), a);
    EXPECT_EQ(preflight("PUT").header("Access-Control-Allow-Origin"), std::nullopt);
    EXPECT_EQ(preflight("PATCH").header("Access-Control-Allow-Origin"), std::nullopt);
}

TEST(Cors, AddsFieldsToOtherResponses) {
    const LogCapture log;
    Server server;
    server.use(cors({.origins = {a, b}, .expose_headers = {"X-Total", "ETag"}, .credentials = true}));
    server.route("/", get([](Context ctx) { ctx.set_response_body("content"); }));
    server.route("/throws", get([](Context) { throw std::runtime_error("no"); }));
    server.route("/streams", get([](Context ctx) -> Task<> { co_await ctx.send_body("piece"); }));
    TestClient client(server);
    for (const auto& [path, status] : {std::pair("/", 200), std::pair("/throws", 500), std::pair("/none", 404),
                                       std::pair("/streams", 200), std::pair("/%00", 400)}) {
        const auto response = client.get(path).header("Origin", b).send();
        EXPECT_EQ(response.status(), status);
        EXPECT_EQ(response.header("Access-Control-Allow-Origin"), b) << path;
        EXPECT_EQ(response.header("Access-Control-Allow-Credentials"), "true");
        EXPECT_EQ(response.header("Access-Control-Expose-Headers"), "X-Total, ETag");
        EXPECT_TRUE(contains(all_of(response, "Vary"), "Origin")) << path;
    }
    const auto foreign = client.get("/").header("Origin", "https://c.example").send();
    EXPECT_EQ(foreign.status(), 200) << "it is the browser that refuses";
    EXPECT_EQ(foreign.header("Access-Control-Allow-Origin"), std::nullopt);
    EXPECT_EQ(foreign.header("Vary"), "Origin");
    EXPECT_EQ(client.get("/").send().header("Vary"), "Origin") << "a cache must know it for this one too";
}

TEST(Cors, ComparesOriginsAsTheRfcSays_Rfc6454_5) {
    Server server;
    server.use(cors({.origins = {"HTTPS://A.example:443", "https://b.example"}}));
    server.route("/", get([](Context) {}));
    TestClient client(server);
    EXPECT_EQ(client.get("/").header("Origin", "https://a.example").send().header("Access-Control-Allow-Origin"),
              "https://a.example");
    Server one;
    one.use(cors({.origins = {"HTTPS://A.example:443"}}));
    one.route("/", get([](Context) {}));
    TestClient other(one);
    EXPECT_EQ(other.get("/").send().header("Access-Control-Allow-Origin"), "https://a.example")
        << "browsers compare letter by letter";
}

TEST(Cors, DependsOnNothingWhereItAllowsAll) {
    Server server;
    server.use(cors({.origins = {"*"}}));
    server.route("/", get([](Context) {}));
    TestClient client(server);
    for (const char* origin : {a, "null"}) {
        const auto response = client.get("/").header("Origin", origin).send();
        EXPECT_EQ(response.header("Access-Control-Allow-Origin"), "*");
        EXPECT_EQ(response.header("Vary"), std::nullopt);
    }
    EXPECT_EQ(client.get("/").send().header("Access-Control-Allow-Origin"), "*");
}

TEST(Cors, LeavesOptionsThatAreNoPreflightToTheRoute) {
    Server server;
    server.use(cors({.origins = {"*"}}));
    server.route("/", options([](Context ctx) { ctx.set_response_body("mine"); }));
    TestClient client(server);
    EXPECT_EQ(client.options("/").send().body(), "mine");
    EXPECT_EQ(client.options("/").header("Origin", a).send().body(), "mine");
    EXPECT_EQ(client.options("/").header("Access-Control-Request-Method", "GET").send().body(), "mine");
    EXPECT_EQ(client.options("/").header("Origin", a).header("Access-Control-Request-Method", "GET").send().status(),
              204);
}

TEST(Cors, LetsPublicPagesInOnlyWhenTold) {
    for (const bool told : {false, true}) {
        Server server;
        server.use(cors({.origins = {"*"}, .headers = {"X"}, .private_network = told}));
        TestClient client(server);
        const auto response = client.options("/")
                                  .header("Origin", a)
                                  .header("Access-Control-Request-Method", "GET")
                                  .header("Access-Control-Request-Private-Network", "true")
                                  .send();
        EXPECT_EQ(response.header("Access-Control-Allow-Private-Network").has_value(), told);
        EXPECT_EQ(response.header("Vary").has_value(), told);
    }
}

TEST(Cors, RefusesToStartWithWhatBrowsersRefuse) {
    const auto mistake = [](CorsOptions options) { return cors(std::move(options)).mistake; };
    EXPECT_TRUE(contains(mistake({}), "no origin"));
    EXPECT_TRUE(contains(mistake({.origins = {"*"}, .credentials = true}), "wildcard origin"));
    EXPECT_TRUE(contains(mistake({.origins = {"*", a}}), "stands alone"));
    EXPECT_TRUE(contains(mistake({.origins = {"*"}, .allow_origin = asking().allow_origin}), "stands alone"));
    for (const char* origin : {"a.example", "https://a.example/", "https://", "https://a b", "https://*.a.example", "",
                               "https://user@a.example", "://a"}) {
        EXPECT_TRUE(contains(mistake({.origins = {origin}}), "is not an origin")) << origin;
    }
    EXPECT_TRUE(contains(mistake({.origins = {a}, .methods = {"GET PUT"}}), "is not a name"));
    EXPECT_TRUE(contains(mistake({.origins = {a}, .headers = {"X Y"}}), "is not a name"));
    EXPECT_TRUE(contains(mistake({.origins = {"*"}, .expose_headers = {"X:"}}), "is not a name"));
    EXPECT_TRUE(contains(mistake({.origins = {a}, .headers = {"*"}, .credentials = true}), "means nothing"));
    EXPECT_EQ(mistake({.origins = {a}, .headers = {"*"}}), "");
    EXPECT_EQ(mistake({.origins = {a, "http://localhost:5173", "http://[::1]:80", "https://A.example", "null"}}), "");
    Server server;
    server.use(cors({.origins = {"*"}, .credentials = true}));
    const auto app = server.make_dispatcher();
    ASSERT_FALSE(app);
    EXPECT_TRUE(contains(app.error().message, "cors_test.cpp:")) << app.error().message;
}

}  // namespace
}  // namespace hyperlane
