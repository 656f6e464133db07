#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

void greet(Context ctx) { ctx.set_response_body("hello " + std::string(authenticated_user(ctx))); }

TEST(BasicAuth, LetsInWhoKnowsThePassword_Rfc7617) {
    Server server;
    server.use(basic_auth({.realm = "admin", .users = {{"Aladdin", "open sesame"}, {"bob", ""}, {"c", "p:q"}}}));
    server.route("/", get(greet));
    TestClient client(server);
    const auto with = [&](std::string_view field) { return client.get("/").header("Authorization", field).send(); };
    EXPECT_EQ(with("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").body(), "hello Aladdin") << "the example of RFC 7617";
    EXPECT_EQ(with("bAsIc QWxhZGRpbjpvcGVuIHNlc2FtZQ==").status(), 200);
    EXPECT_EQ(with("Basic Ym9iOg==").body(), "hello bob");
    EXPECT_EQ(with("Basic YzpwOnE=").body(), "hello c") << "a password may have colons";
    for (const char* bad :
         {"Basic QWxhZGRpbjp3cm9uZw==", "Basic b3RoZXI6b3BlbiBzZXNhbWU=", "Basic QWxhZGRpbg==", "Basic", "Basic !!!",
          "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic Og==", "BasicQWxhZGRpbjpvcGVuIHNlc2FtZQ=="}) {
        const auto response = with(bad);
        EXPECT_EQ(response.status(), 401) << bad;
        EXPECT_EQ(response.header("WWW-Authenticate"), "Basic realm=\"admin\", charset=\"UTF-8\"");
    }
    EXPECT_EQ(client.get("/").send().status(), 401);
}

TEST(BasicAuth, AsksAFunction) {
    Server server;
    server.use(
        basic_auth({.verify = [](std::string_view name, std::string_view password) { return name == password; }}));
    server.route("/", get(greet));
    TestClient client(server);
    EXPECT_EQ(client.get("/").header("Authorization", "Basic YTph").send().body(), "hello a");
    EXPECT_EQ(client.get("/").header("Authorization", "Basic YTpi").send().status(), 401);
}

TEST(BasicAuth, RefusesToStartWithWhatCannotWork) {
    EXPECT_NE(basic_auth({}).mistake, "");
    EXPECT_NE(basic_auth({.users = {{"a:b", "c"}}}).mistake, "");
    EXPECT_NE(basic_auth({.realm = "a\"b", .users = {{"a", "b"}}}).mistake, "");
    EXPECT_EQ(basic_auth({.users = {{"a", "b"}}}).mistake, "");
}

}  // namespace
}  // namespace hyperlane
