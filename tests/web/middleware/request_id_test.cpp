#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

void show_id(Context ctx) { ctx.set_response_body(ctx.get_request_id()); }

TEST(RequestId, TellsTheClientTheIdOfTheLog) {
    const LogCapture log;
    Server server;
    server.use(request_id());
    server.route("/", get(show_id)).route("/throws", get([](Context) { throw std::runtime_error("no"); }));
    TestClient client(server);
    const auto first = client.get("/").send();
    EXPECT_EQ(first.header("X-Request-ID"), first.body());
    EXPECT_EQ(first.body().size(), 16u);
    EXPECT_NE(client.get("/").send().body(), first.body());
    const auto failed = client.get("/throws").send();
    EXPECT_TRUE(contains(log.error(), *failed.header("X-Request-ID")));
    EXPECT_NE(client.get("/").header("X-Request-ID", "chosen-by-client").send().body(), "chosen-by-client");
}

TEST(RequestId, TakesASaneIdWhenTold) {
    Server server;
    server.use(request_id({.header = "X-Trace", .accept_incoming = true, .longest = 20})).route("/", get(show_id));
    TestClient client(server);
    const auto given = [&](std::string_view id) { return client.get("/").header("X-Trace", id).send(); };
    EXPECT_EQ(given("abc-DEF_1.2:34").body(), "abc-DEF_1.2:34");
    EXPECT_EQ(given("abc-DEF_1.2:34").header("X-Trace"), "abc-DEF_1.2:34");
    for (const char* bad : {"short", "", "with space in it", "with\"quote", "012345678901234567890", "<script>1"}) {
        EXPECT_EQ(given(bad).body().size(), 16u) << bad;
    }
    EXPECT_EQ(client.get("/").send().body().size(), 16u);
}

TEST(RequestId, RefusesToStartWithANameThatIsNone) {
    EXPECT_TRUE(contains(request_id({.header = "X Id"}).mistake, "X Id"));
}

}  // namespace
}  // namespace hyperlane
