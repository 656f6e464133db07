#include <hyperlane/middleware.hpp>
#include "../support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

struct Busy {};
struct Odd : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void answer_busy(Context, const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Busy&) {
        throw HttpError(503, "try again");
    }
}

void answer_odd(Context ctx, const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const Odd& odd) {
        ctx.set_response_status_code(418).set_response_body(std::string("odd: ") + odd.what());
    }
}

TEST(Recover, AnswersWhatItKnowsAndPassesOnTheRest) {
    Server server;
    server.use(recover({.answer = answer_busy}));
    server.group("/api", [](Routes& api) {
        api.use(recover({.answer = answer_odd}));
        api.route("/busy", get([](Context) { throw Busy(); }));
        api.route("/odd", get([](Context ctx) {
                      ctx.set_response_body("half done");
                      throw Odd("one");
                  }));
        api.route("/later", get([](Context) -> Task<> {
                      co_await sleep(1ms);
                      throw Odd("two");
                  }));
        api.route("/other", get([](Context) { throw std::logic_error("secret"); }));
        api.route("/http", get([](Context) { throw HttpError(404, "not recovered"); }));
    });
    server.route("/odd", get([](Context) { throw Odd("outside"); }));
    TestClient client(server);
    const auto get = [&](std::string_view path) {
        const LogCapture log;
        const auto response = client.get(path).send();
        EXPECT_EQ(log.errors().size(), response.status() == 404 ? 0u : 1u) << path << ": each is in the log once";
        return std::to_string(response.status()) + " " + response.body();
    };
    EXPECT_EQ(get("/api/busy"), "503 try again\n");
    EXPECT_EQ(get("/api/odd"), "418 odd: one");
    EXPECT_EQ(get("/api/later"), "418 odd: two");
    EXPECT_EQ(get("/api/other"), "500 Internal Server Error\n");
    EXPECT_EQ(get("/api/http"), "404 not recovered\n");
    EXPECT_EQ(get("/odd"), "500 Internal Server Error\n");
}

TEST(Recover, IsAnsweredItselfWhenItThrowsSomethingElse) {
    const LogCapture log;
    Server server;
    server.use(recover({.answer = [](Context, const std::exception_ptr&) { throw std::runtime_error("second"); }}));
    server.route("/", get([](Context) { throw std::runtime_error("first"); }));
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().status(), 500);
    EXPECT_TRUE(contains(log.error(), "first"));
    EXPECT_TRUE(contains(log.error(), "second"));
}

TEST(Recover, DoesNotActAfterTheResponseHasBegun) {
    const LogCapture log;
    int asked = 0;
    Server server;
    server.use(recover({.answer = [&asked](Context, const std::exception_ptr&) { ++asked; }}));
    server.route("/", get([](Context ctx) -> Task<> {
                     co_await ctx.send_body("half");
                     throw Busy();
                 }));
    TestClient client(server);
    auto pending = client.get("/").start();
    EXPECT_TRUE(pending.broken_off());
    EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace hyperlane
