#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

TEST(SecureHeaders, AreOnEveryResponse) {
    const LogCapture log;
    Server server;
    server.use(secure_headers());
    server.route("/", get([](Context ctx) { ctx.set_response_body("fine"); }));
    server.route("/throws", get([](Context) { throw std::runtime_error("no"); }));
    server.route("/streams", get([](Context ctx) -> Task<> { co_await ctx.send_body("piece"); }));
    TestClient client(server);
    for (const auto& [path, status] : {std::pair("/", 200), std::pair("/throws", 500), std::pair("/none", 404),
                                       std::pair("/streams", 200), std::pair("/%00", 400)}) {
        const auto response = client.get(path).send();
        EXPECT_EQ(response.status(), status);
        EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff") << path;
        EXPECT_EQ(response.header("X-Frame-Options"), "DENY") << path;
        EXPECT_EQ(response.header("Referrer-Policy"), "no-referrer") << path;
        EXPECT_EQ(response.header("Cross-Origin-Opener-Policy"), "same-origin") << path;
        EXPECT_EQ(response.header("Cross-Origin-Resource-Policy"), "same-origin") << path;
        EXPECT_TRUE(contains(response.header("Content-Security-Policy").value(), "frame-ancestors 'none'"));
        EXPECT_EQ(response.header("Strict-Transport-Security"), std::nullopt) << "binding, so only when asked for";
        EXPECT_EQ(response.header("Permissions-Policy"), std::nullopt);
    }
}

TEST(SecureHeaders, GiveWayToTheHandlerAndToOptions) {
    Server server;
    server.use(secure_headers({.frame_options = "", .strict_transport_security = "max-age=63072000"}));
    server.route("/", get([](Context ctx) { ctx.set_response_header("Referrer-Policy", "origin"); }));
    TestClient client(server);
    const auto response = client.get("/").send();
    EXPECT_EQ(response.headers("Referrer-Policy"), std::vector<std::string>{"origin"});
    EXPECT_EQ(response.header("X-Frame-Options"), std::nullopt);
    EXPECT_EQ(response.header("Strict-Transport-Security"), "max-age=63072000");
}

TEST(SecureHeaders, RefuseToStartWithAValueThatCannotBeSent) {
    EXPECT_TRUE(contains(secure_headers({.referrer_policy = "a\r\nb"}).mistake, "Referrer-Policy"));
    EXPECT_TRUE(contains(secure_headers({.frame_options = "DENY "}).mistake, "X-Frame-Options"));
    EXPECT_EQ(secure_headers().mistake, "");
}

}  // namespace
}  // namespace hyperlane
