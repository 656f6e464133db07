#include <hyperlane/middleware.hpp>
#include "../support.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hyperlane {
namespace {

using namespace testing;

struct Row {
    const char* method;
    const char* site;    // Sec-Fetch-Site; nullptr: absent
    const char* origin;  // nullptr: absent
    int status;
};

void expect_all(const CsrfOptions& options, std::initializer_list<Row> rows) {
    Server server;
    server.use(csrf(options)).route("/", [](Context) {});
    TestClient client(server);
    for (const Row& row : rows) {
        auto request = client.request(row.method, "/").header("Host", "app.example");
        if (row.site != nullptr) std::move(request).header("Sec-Fetch-Site", row.site);
        if (row.origin != nullptr) std::move(request).header("Origin", row.origin);
        EXPECT_EQ(std::move(request).send().status(), row.status)
            << row.method << " " << (row.site != nullptr ? row.site : "-") << " "
            << (row.origin != nullptr ? row.origin : "-");
    }
}

TEST(Csrf, LetsNoOtherSiteChangeAnything) {
    expect_all({}, {
                       {"GET", "cross-site", "https://evil.example", 200},
                       {"HEAD", "cross-site", nullptr, 200},
                       {"OPTIONS", "cross-site", "https://evil.example", 200},
                       {"POST", "same-origin", "https://app.example", 200},
                       {"POST", "none", nullptr, 200},
                       {"POST", "cross-site", "https://evil.example", 403},
                       {"PUT", "cross-site", nullptr, 403},
                       {"PATCH", "cross-site", "null", 403},
                       {"DELETE", "same-site", "https://www.app.example", 403},
                       {"FROB", "cross-site", nullptr, 403},
                       {"POST", "nonsense", "https://app.example", 403},
                       {"POST", "", nullptr, 403},
                       {"POST", nullptr, nullptr, 200},  // no browser
                       {"POST", nullptr, "https://app.example", 200},
                       {"POST", nullptr, "http://App.Example", 200},
                       {"POST", nullptr, "https://app.example:443", 200},
                       {"POST", nullptr, "https://app.example:8443", 403},
                       {"POST", nullptr, "https://evil.example", 403},
                       {"POST", nullptr, "https://app.example.evil", 403},
                       {"POST", nullptr, "null", 403},
                       {"POST", nullptr, "app.example", 403},
                       {"POST", nullptr, "", 403},
                   });
}

TEST(Csrf, TrustsWhomItIsTold) {
    expect_all({.trusted_origins = {"https://pay.example"}, .allow_same_site = true},
               {
                   {"POST", "cross-site", "https://pay.example", 200},
                   {"POST", nullptr, "https://pay.example", 200},
                   {"POST", "cross-site", "https://Pay.example:443", 200},
                   {"POST", "cross-site", "http://pay.example", 403},
                   {"POST", "same-site", "https://www.app.example", 200},
                   {"POST", "cross-site", "https://evil.example", 403},
               });
}

TEST(Csrf, HasACodeAndRefusesOriginsThatAreNone) {
    Server server;
    server.use(csrf()).route("/", [](Context) {});
    TestClient client(server);
    const auto refused =
        client.post("/").header("Sec-Fetch-Site", "cross-site").header("Accept", "application/json").send();
    EXPECT_TRUE(contains(refused.body(), "\"code\":\"cross_origin_refused\"")) << refused.body();
    EXPECT_NE(csrf({.trusted_origins = {"pay.example"}}).mistake, "");
    EXPECT_NE(csrf({.trusted_origins = {"https://pay.example/"}}).mistake, "");
}

TEST(Csrf, SaysInTheLogWhatToSetBehindAProxyThatRewritesHost) {
    const LogCapture log;
    Server server;
    server.use(csrf()).route("/", [](Context) {});
    TestClient client(server);
    EXPECT_EQ(client.post("/").header("Host", "10.0.0.5:8080").header("Origin", "https://app.example").send().status(),
              403);
    EXPECT_EQ(client.post("/").header("Sec-Fetch-Site", "cross-site").header("Origin", "https://x").send().status(),
              403);
    const auto warnings = log.lines(LogLevel::warn);
    ASSERT_EQ(warnings.size(), 1U) << "a browser that says that it is another site leaves no doubt";
    for (const char* part : {"POST /", "https://app.example", "10.0.0.5:8080", "Host", "trusted_origins"}) {
        EXPECT_TRUE(contains(warnings.front(), part)) << warnings.front();
    }
}

/// `csrf` for the server, `cors` for a group in it.
class CsrfAndCors : public ::testing::Test {
protected:
    void serve(CorsOptions options) {
        server.use(csrf());
        server.group("/api", [&](Routes& api) {
            api.use(cors(std::move(options)));
            api.route("/change", post([](Context ctx) { ctx.set_response_body("changed"); }));
        });
        server.route("/change", post([](Context ctx) { ctx.set_response_body("changed"); }));
        client.emplace(server);
    }
    TestResponse change(std::string_view path, std::string_view origin) {
        return client->post(path).header("Sec-Fetch-Site", "cross-site").header("Origin", origin).send();
    }
    Server server;
    std::optional<TestClient> client;
};

TEST_F(CsrfAndCors, TrustTheSameOriginsOnTheSameRoutes) {
    serve({.origins = {"https://app.example", "https://admin.example:8443"},
           .allow_origin = [](std::string_view origin) { return origin == "https://asked.example"; }});
    for (const char* origin : {"https://app.example", "https://admin.example:8443", "https://asked.example"}) {
        const auto response = change("/api/change", origin);
        EXPECT_EQ(response.body(), "changed") << origin;
        EXPECT_EQ(response.header("Access-Control-Allow-Origin"), origin);
    }
    EXPECT_EQ(change("/api/change", "https://evil.example").status(), 403);
    EXPECT_EQ(change("/change", "https://app.example").status(), 403) << "cors is not on this route";
}

TEST_F(CsrfAndCors, AnswerARefusalWithTheFieldsThatLetAPageReadIt) {
    serve({.origins = {"https://app.example", "null"}, .credentials = true});
    const auto hidden = change("/api/change", "null");
    EXPECT_EQ(hidden.status(), 403) << "any page can hide where it is from";
    EXPECT_EQ(hidden.header("Access-Control-Allow-Origin"), "null");
    EXPECT_EQ(hidden.header("Access-Control-Allow-Credentials"), "true");
    const std::vector<std::string> vary{"Accept", "Origin"};
    EXPECT_EQ(hidden.headers("Vary"), vary);
    const auto foreign = change("/api/change", "https://evil.example");
    EXPECT_EQ(foreign.header("Access-Control-Allow-Origin"), std::nullopt);
    EXPECT_EQ(foreign.headers("Vary"), vary);
}

TEST_F(CsrfAndCors, SayAtTheStartThatTheWildcardTrustsNobody) {
    const LogCapture log;
    serve({.origins = {"*"}});
    const auto warnings = log.lines(LogLevel::warn);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_TRUE(contains(warnings.front(), "csrf_test.cpp:")) << warnings.front();
    EXPECT_TRUE(contains(warnings.front(), "name the origins")) << warnings.front();
    const auto refused = change("/api/change", "https://app.example");
    EXPECT_EQ(refused.status(), 403);
    EXPECT_EQ(refused.header("Access-Control-Allow-Origin"), "*");
}

}  // namespace
}  // namespace hyperlane
