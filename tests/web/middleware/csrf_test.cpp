#include <hyperlane/middleware.hpp>
#include "../support.hpp"

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

}  // namespace
}  // namespace hyperlane
