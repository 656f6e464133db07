#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

TEST(BearerAuth, LetsInWhoHasAToken_Rfc6750_2_1) {
    Server server;
    server.use(bearer_auth({.realm = "api", .tokens = {"secret", "other"}}));
    server.route("/", get([](Context ctx) { ctx.set_response_body("in"); }));
    TestClient client(server);
    const auto with = [&](std::string_view field) { return client.get("/").header("Authorization", field).send(); };
    EXPECT_EQ(with("Bearer secret").body(), "in");
    EXPECT_EQ(with("bearer  other").body(), "in");
    for (const char* bad : {"Bearer wrong", "Bearer secre", "Bearer secret2", "Bearer secretsecret", "Bearer"}) {
        EXPECT_EQ(with(bad).status(), 401) << bad;
    }
    EXPECT_EQ(with("Bearer wrong").header("WWW-Authenticate"), "Bearer realm=\"api\", error=\"invalid_token\"");
    EXPECT_EQ(with("Basic secret").header("WWW-Authenticate"), "Bearer realm=\"api\"");
    EXPECT_EQ(client.get("/").send().header("WWW-Authenticate"), "Bearer realm=\"api\"") << "Rfc6750_3_1";
}

TEST(BearerAuth, AsksAFunctionThatMayLeaveSomething) {
    Server server;
    server.use(bearer_auth({.verify = [](Context ctx, std::string_view token) {
        ctx.set_attribute("user", std::string(token));
        return token.starts_with("user-");
    }}));
    server.route("/", get([](Context ctx) { ctx.set_response_body(*ctx.get_attribute<std::string>("user")); }));
    TestClient client(server);
    EXPECT_EQ(client.get("/").header("Authorization", "Bearer user-7").send().body(), "user-7");
    EXPECT_EQ(client.get("/").header("Authorization", "Bearer 7").send().status(), 401);
}

TEST(BearerAuth, RefusesToStartWithWhatCannotWork) {
    EXPECT_NE(bearer_auth({}).mistake, "");
    EXPECT_NE(bearer_auth({.tokens = {""}}).mistake, "");
    EXPECT_NE(bearer_auth({.realm = "a\nb", .tokens = {"x"}}).mistake, "");
}

}  // namespace
}  // namespace hyperlane
