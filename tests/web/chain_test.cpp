#include <hyperlane/web/dispatcher.hpp>
#include "support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

// Writes down who ran.
struct Trace {
    std::string steps;

    auto plain(std::string name) {
        return [this, name](Context) { steps += name + " "; };
    }
    auto coroutine(std::string name) {
        return [this, name](Context) -> Task<> {
            steps += name + "( ";
            co_await sleep(1ms);
            steps += name + ") ";
        };
    }
    auto around(std::string name) {
        return [this, name](Context ctx, Next next) -> Task<> {
            steps += name + "{ ";
            co_await next(ctx);
            steps += name + "} ";
        };
    }
    std::string take() { return std::exchange(steps, {}); }
};

std::string run(Server& server, Trace& trace, TestRequest request, int status) {
    (void)server;
    const int got = std::move(request).send().status();
    EXPECT_EQ(got, status);
    return trace.take();
}

TEST(Chain, RunsInOrderOfRegistrationAndResponseMiddlewareAlways) {
    Trace trace;
    Server server;
    server.request_middleware(trace.plain("a")).response_middleware(trace.plain("x"));
    server.route("/", get(trace.plain("handler")));
    server.route("/throws", [&](Context) {
        trace.steps += "throws ";
        throw HttpError(418);
    });
    server.route("/aborts", [&](Context ctx) {
        trace.steps += "aborts ";
        ctx.abort();
    });
    server.request_middleware(trace.plain("b")).response_middleware(trace.plain("y"));
    TestClient client(server);
    EXPECT_EQ(run(server, trace, client.get("/"), 200), "a b handler x y ");
    EXPECT_EQ(run(server, trace, client.get("/none"), 404), "a b x y ");
    EXPECT_EQ(run(server, trace, client.post("/"), 405), "a b x y ");
    EXPECT_EQ(run(server, trace, client.options("/"), 204), "a b x y ");
    EXPECT_EQ(run(server, trace, client.request("OPTIONS", "*"), 204), "a b x y ");
    EXPECT_EQ(run(server, trace, client.get("/%zz%00"), 400), "");  // refused by the protocol itself
    EXPECT_EQ(run(server, trace, client.get("/throws"), 418), "a b throws x y ");
    EXPECT_EQ(run(server, trace, client.get("/aborts"), 200), "a b aborts x y ");
}

TEST(Chain, MixesFunctionsAndCoroutines) {
    for (int mask = 0; mask < 32; ++mask) {
        Trace trace;
        Server server;
        const auto add = [&](int bit, auto add_plain, auto add_coroutine) {
            (mask & bit) != 0 ? add_coroutine() : add_plain();
        };
        add(
            1, [&] { server.request_middleware(trace.plain("a")); },
            [&] { server.request_middleware(trace.coroutine("a")); });
        add(
            2, [&] { server.request_middleware(trace.plain("b")); },
            [&] { server.request_middleware(trace.coroutine("b")); });
        add(4, [&] { server.route("/", trace.plain("h")); }, [&] { server.route("/", trace.coroutine("h")); });
        add(
            8, [&] { server.response_middleware(trace.plain("x")); },
            [&] { server.response_middleware(trace.coroutine("x")); });
        add(
            16, [&] { server.response_middleware(trace.plain("y")); },
            [&] { server.response_middleware(trace.coroutine("y")); });
        const auto step = [&](int bit, std::string name) {
            return (mask & bit) != 0 ? name + "( " + name + ") " : name + " ";
        };
        TestClient client(server);
        EXPECT_EQ(run(server, trace, client.get("/"), 200),
                  step(1, "a") + step(2, "b") + step(4, "h") + step(8, "x") + step(16, "y"));
    }
}

TEST(Chain, StopsAtAMiddlewareThatHasAnswered) {
    for (const bool suspends : {false, true}) {
        for (const bool by_body : {false, true}) {
            Trace trace;
            Server server;
            const auto answer = [by_body](Context ctx) {
                by_body ? ctx.set_response_body("no") : ctx.set_response_status_code(401);
            };
            if (suspends) {
                server.request_middleware([answer](Context ctx) -> Task<> {
                    co_await sleep(1ms);
                    answer(ctx);
                });
            } else {
                server.request_middleware(answer);
            }
            server.request_middleware(trace.plain("later"))
                .use(trace.around("around"))
                .response_middleware(trace.plain("x"));
            server.route("/", trace.plain("handler"));
            TestClient client(server);
            EXPECT_EQ(run(server, trace, client.get("/"), by_body ? 200 : 401), "x ");
        }
    }
}

TEST(Chain, StopsAtAMiddlewareThatHasAborted) {
    Trace trace;
    Server server;
    server.request_middleware([](Context ctx) { ctx.abort(); });
    server.route("/", trace.plain("handler")).response_middleware(trace.plain("x"));
    TestClient client(server);
    EXPECT_EQ(run(server, trace, client.get("/"), 200), "x ");
}

TEST(Chain, GoesOnAfterAMiddlewareThatOnlySetsHeaders) {
    Server server;
    server.request_middleware([](Context ctx) { ctx.set_response_header("X-Mark", "1"); });
    server.route("/", [](Context ctx) { ctx.set_response_body("handler"); });
    TestClient client(server);
    const auto response = client.get("/").send();
    EXPECT_EQ(response.body(), "handler");
    EXPECT_EQ(response.header("X-Mark"), "1");
}

TEST(Chain, NestsMiddlewareThatGoesAround) {
    Trace trace;
    Server server;
    server.use(trace.around("1")).request_middleware(trace.plain("a")).use(trace.around("2"));
    server.response_middleware(trace.plain("x"));
    server.route("/plain", trace.plain("h")).route("/coroutine", trace.coroutine("h"));
    server.route("/throws", [](Context) { throw std::runtime_error("no"); });
    TestClient client(server);
    const LogCapture log;
    EXPECT_EQ(run(server, trace, client.get("/plain"), 200), "1{ a 2{ h 2} 1} x ");
    EXPECT_EQ(run(server, trace, client.get("/coroutine"), 200), "1{ a 2{ h( h) 2} 1} x ");
    EXPECT_EQ(run(server, trace, client.get("/throws"), 500), "1{ a 2{ 2} 1} x ");
    EXPECT_EQ(run(server, trace, client.get("/none"), 404), "1{ a 2{ 2} 1} x ");
}

TEST(Chain, ShowsTheResponseOfAnErrorToTheMiddlewareAround) {
    Server server;
    server.use([](Context ctx, Next next) -> Task<> {
        co_await next(ctx);
        ctx.set_response_header("X-Seen", std::to_string(ctx.get_response_status_code()));
    });
    server.route("/", [](Context) { throw HttpError(409, "taken"); });
    TestClient client(server);
    const auto response = client.get("/").send();
    EXPECT_EQ(response.header("X-Seen"), "409");
    EXPECT_EQ(response.body(), "taken\n");
}

TEST(Chain, AnswersAnExceptionOfTheMiddlewareAround) {
    const LogCapture log;
    Server server;
    server.use([](Context ctx, Next next) -> Task<> {
        co_await next(ctx);
        throw HttpError(503, "later");
    });
    server.route("/", [](Context ctx) { ctx.set_response_body("fine"); });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().status(), 503);
}

TEST(Chain, SkipsTheRestWhenTheMiddlewareAroundDoesNotCallIt) {
    Trace trace;
    Server server;
    server.use([](Context ctx, Next) -> Task<> {
        ctx.set_response_status_code(403);
        co_return;
    });
    server.route("/", trace.plain("handler")).response_middleware(trace.plain("x"));
    TestClient client(server);
    EXPECT_EQ(run(server, trace, client.get("/"), 403), "x ");
}

TEST(Chain, CancelsThroughTheMiddlewareAround) {
    Trace trace;
    Server server;
    server.use([&trace](Context ctx, Next next) -> Task<> {
        try {
            co_await next(ctx);
        } catch (const Cancelled&) {
            trace.steps += "cancelled ";
            throw;
        }
    });
    server.response_middleware(trace.plain("x"));
    server.route("/", [](Context) -> Task<> { co_await sleep(1h); });
    TestClient client(server);
    auto pending = client.get("/").start();
    pending.disconnect();
    EXPECT_EQ(trace.take(), "cancelled x ");
    EXPECT_EQ(client.get("/").send().status(), 503) << "by the handler time-out";
    EXPECT_EQ(trace.take(), "cancelled x ");
}

TEST(Chain, RunsResponseMiddlewareToItsEndAlsoWhenTheClientHasGone) {
    Trace trace;
    Server server;
    server.route("/", [](Context) -> Task<> { co_await sleep(1h); }).response_middleware(trace.coroutine("x"));
    TestClient client(server);
    auto pending = client.get("/").start();
    pending.disconnect();
    client.advance(1ms);
    EXPECT_EQ(trace.take(), "x( x) ");
}

TEST(Chain, RunsTheMiddlewareOfServerGroupsAndRouteFromTheOutsideIn) {
    Trace trace;
    Server server;
    server.request_middleware(trace.plain("server")).response_middleware(trace.plain("/server"));
    server.group("/api", [&](Routes& api) {
        api.request_middleware(trace.plain("api")).response_middleware(trace.plain("/api"));
        api.route("", trace.plain("root"));
        api.group("/v1", [&](Routes& v1) {
            v1.use(trace.around("v1")).response_middleware(trace.plain("/v1"));
            v1.route("/x", get(trace.plain("h"))
                               .request_middleware(trace.plain("route"))
                               .response_middleware(trace.plain("/route")));
        });
    });
    Routes admin;
    admin.request_middleware(trace.plain("admin"));
    admin.route("/", get(trace.plain("h")).use(trace.around("r")));
    server.mount("/admin", std::move(admin));
    server.route("/plain", trace.plain("h"));
    TestClient client(server);
    EXPECT_EQ(run(server, trace, client.get("/api/v1/x"), 200), "server api v1{ route h v1} /route /v1 /api /server ");
    EXPECT_EQ(run(server, trace, client.get("/api"), 200), "server api root /api /server ");
    EXPECT_EQ(run(server, trace, client.get("/admin/"), 200), "server admin r{ h r} /server ");
    EXPECT_EQ(run(server, trace, client.get("/plain"), 200), "server h /server ");
    EXPECT_EQ(run(server, trace, client.get("/api/none"), 404), "server api /api /server ");
}

TEST(Chain, RefusesPrefixesThatNoRequestReaches) {
    Server server;
    server.group("api", [](Routes&) {}).group("/v1/", [](Routes&) {});
    const auto app = server.make_dispatcher();
    ASSERT_FALSE(app);
    EXPECT_TRUE(contains(app.error().message, "group \"api\" at ")) << app.error().message;
    EXPECT_TRUE(contains(app.error().message, "group \"/v1/\" at ")) << app.error().message;
    EXPECT_TRUE(contains(app.error().message, "chain_test.cpp:")) << app.error().message;
}

TEST(Chain, CallsTheFallbackWithTheBodyOfTheRequest) {
    Server server;
    server.fallback([](Context ctx) {
        ctx.set_response_status_code(404).set_response_body("no " + std::string(ctx.get_request_body()));
    });
    TestClient client(server);
    const auto response = client.post("/any").body("such thing").send();
    EXPECT_EQ(response.status(), 404);
    EXPECT_EQ(response.body(), "no such thing");
    EXPECT_EQ(response.header("Allow"), std::nullopt);
}

TEST(Chain, SaysWhichMethodsAreAllowed_Rfc9110_15_5_6) {
    Server server;
    server.route("/", get([](Context) {})).route("/", del([](Context) {}));
    TestClient client(server);
    const auto refused = client.post("/").send();
    EXPECT_EQ(refused.status(), 405);
    EXPECT_EQ(refused.header("Allow"), "GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(client.options("/").send().header("Allow"), "GET, HEAD, DELETE, OPTIONS");

    server.method_not_allowed([](Context ctx) { ctx.set_response_status_code(405).set_response_body("custom"); });
    TestClient other(server);
    const auto custom = other.post("/").send();
    EXPECT_EQ(custom.body(), "custom");
    EXPECT_EQ(custom.header("Allow"), "GET, HEAD, DELETE, OPTIONS");
}

TEST(Chain, TakesHandlersThatReturnAResult) {
    const LogCapture log;
    Server server;
    server.route("/fine", [](Context ctx) -> Result<> {
        ctx.set_response_body("fine");
        return {};
    });
    server.route("/none", [](Context) -> Result<> { return fail(404, "no user 42"); });
    server.route("/later", [](Context) -> Task<Result<>> {
        co_await sleep(1ms);
        co_return fail(409, "taken");
    });
    server.route("/secret",
                 [](Context) -> Result<> { return fail(ErrorCode::system, "database at 10.0.0.5 is down"); });
    server.route("/os", [](Context) -> Result<> { return fail_errno(ENOENT, "open /srv/secret"); });
    TestClient client(server);
    EXPECT_EQ(client.get("/fine").send().body(), "fine");
    EXPECT_EQ(client.get("/none").send().status(), 404);
    EXPECT_EQ(client.get("/none").send().body(), "no user 42\n");
    EXPECT_EQ(client.get("/later").send().status(), 409);
    EXPECT_TRUE(log.errors().empty());
    EXPECT_EQ(client.get("/os").send().body().find("secret"), std::string::npos);
    EXPECT_EQ(log.errors().size(), 1u);
    const auto secret = client.get("/secret").send();
    EXPECT_EQ(secret.status(), 500);
    EXPECT_EQ(secret.body(), "Internal Server Error\n");
    EXPECT_TRUE(contains(log.errors().back(), "10.0.0.5"));
}

TEST(Chain, PassesOnWhatWentWrongWithTheBody) {
    Server server;
    server.route("/", stream_body(post([](Context ctx) -> Task<Result<>> {
                                      for (;;) {
                                          const auto piece = co_await ctx.read_request_body();
                                          if (!piece) co_return std::unexpected(piece.error());
                                          if (piece->empty()) co_return Result<>();
                                      }
                                  }).body_limit(4)));
    TestClient client(server);
    EXPECT_EQ(client.post("/").chunk("four").send().status(), 200);
    EXPECT_EQ(client.post("/").chunk("four").chunk("more").send().status(), 413);
    EXPECT_EQ(client.post("/").body("too many").send().status(), 413);
}

TEST(Chain, RunsMiddlewareForRequestsThatAreTooLarge) {
    Trace trace;
    Server server;
    server.request_middleware(trace.plain("a")).response_middleware(trace.plain("x"));
    server.route("/", post(trace.plain("handler")).body_limit(3));
    TestClient client(server);
    EXPECT_EQ(run(server, trace, client.post("/").body("four"), 413), "a x ");
    EXPECT_EQ(run(server, trace, client.post("/").body("two"), 200), "a handler x ");
}

}  // namespace
}  // namespace hyperlane
