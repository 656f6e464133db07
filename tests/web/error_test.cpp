#include <hyperlane/http/status.hpp>
#include <hyperlane/middleware.hpp>
#include <hyperlane/net/connect.hpp>
#include <hyperlane/net/dns.hpp>
#include <hyperlane/typed.hpp>
#include "support.hpp"

#include <cerrno>
#include <stdexcept>

namespace hyperlane {
namespace {

using namespace testing;

TEST(Errors, HttpErrorIsTheResponse) {
    const LogCapture log;
    const auto response = answer_of([](Context) { throw HttpError(404, "no user 42"); });
    EXPECT_EQ(response.status(), 404);
    EXPECT_EQ(response.body(), "no user 42\n");
    EXPECT_EQ(response.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(answer_of([](Context) { throw HttpError(418); }).status(), 418);
    EXPECT_TRUE(log.errors().empty()) << "a mistake of a client is no error of the server";
}

TEST(Errors, ServerErrorsAreLoggedOnce) {
    const LogCapture log;
    EXPECT_EQ(answer_of([](Context) { throw HttpError(503, "out of order"); }).body(), "out of order\n");
    EXPECT_TRUE(contains(log.error(), "GET /: out of order [request ")) << log.error();
}

TEST(Errors, ExceptionsAreLoggedAndNotShown) {
    for (const bool suspends : {false, true}) {
        const LogCapture log;
        const auto response = answer_of([suspends](Context) -> Task<> {
            if (suspends) co_await sleep(1ms);
            throw std::runtime_error("password is 123");
        });
        EXPECT_EQ(response.status(), 500);
        EXPECT_EQ(response.body(), "Internal Server Error\n");
        EXPECT_TRUE(contains(log.error(), "password is 123")) << log.error();
    }
    const LogCapture log;
    EXPECT_EQ(answer_of([](Context) { throw std::runtime_error("plain"); }).status(), 500);
    EXPECT_TRUE(contains(log.error(), "plain"));
}

TEST(Errors, AnythingCanBeThrown) {
    const LogCapture log;
    EXPECT_EQ(answer_of([](Context) { throw 42; }).status(), 500);
    EXPECT_TRUE(contains(log.error(), "GET /: int, not a std::exception")) << log.error();
}

TEST(Errors, InResponseMiddlewareReplaceTheResponseAndTheRestStillRuns) {
    const LogCapture log;
    int later = 0;
    Server server;
    server.response_middleware([](Context) { throw std::runtime_error("after"); });
    server.response_middleware([&later](Context) { ++later; });
    server.route("/", [](Context ctx) { ctx.set_response_body("fine"); });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().status(), 500);
    EXPECT_EQ(later, 1);
    EXPECT_TRUE(contains(log.error(), "after"));
}

TEST(Errors, InheritNothingFromTheContentThatWasToBeSent) {
    const auto response = answer_of([](Context ctx) {
        ctx.set_response_header("Content-Type", "image/png").set_response_header("Content-Encoding", "gzip");
        ctx.set_response_header("ETag", "\"1\"").set_response_header("Cache-Control", "max-age=999");
        ctx.set_response_header("X-Kept", "1").set_response_reason("Fine").set_response_body("png");
        throw HttpError(404);
    });
    EXPECT_EQ(response.body(), "Not Found\n");
    EXPECT_EQ(response.reason(), "Not Found");
    EXPECT_EQ(response.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(response.header("Content-Encoding"), std::nullopt);
    EXPECT_EQ(response.header("ETag"), std::nullopt);
    EXPECT_EQ(response.header("Cache-Control"), std::nullopt);
    EXPECT_EQ(response.header("X-Kept"), "1");
}

TEST(Errors, AfterStreamingBeganBreakTheBodyOff) {
    for (const bool http_error : {false, true}) {
        const LogCapture log;
        Server server;
        server.route("/", [http_error](Context ctx) -> Task<> {
            co_await ctx.send_body("half");
            if (http_error) throw HttpError(404, "too late");
            throw std::runtime_error("too late");
        });
        TestClient client(server);
        auto connection = client.connect();
        connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string got = connection.received();
        EXPECT_TRUE(got.ends_with("4\r\nhalf\r\n")) << got;
        EXPECT_TRUE(connection.closed());
        EXPECT_TRUE(contains(log.error(), "too late")) << log.error();
    }
}

TEST(Errors, AfterStreamingToHttp10BeganResetTheConnection) {
    const LogCapture log;
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        co_await ctx.send_body("half");
        throw std::runtime_error("too late");
    });
    TestClient client(server);
    auto connection = client.connect();
    connection.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(connection.reset()) << "a close would look like the end of the body";
}

TEST(Errors, OnErrorMakesTheirBody) {
    Server server;
    server.on_error([](Context ctx, const HttpError& error) {
        ctx.set_response_header(header::content_type, mime::application_json);
        ctx.set_response_body("{\"status\":" + std::to_string(error.status()) + ",\"error\":\"" + error.message() +
                              "\"}");
    });
    server.route("/", [](Context) { throw HttpError(409, "taken"); });
    TestClient client(server);
    const auto response = client.get("/").send();
    EXPECT_EQ(response.status(), 409);
    EXPECT_EQ(response.body(), R"({"status":409,"error":"taken"})");
    EXPECT_EQ(response.header("Content-Type"), mime::application_json);
    EXPECT_EQ(client.get("/none").send().body(), R"({"status":404,"error":"Not Found"})");
    EXPECT_EQ(client.post("/").send().status(), 409);
}

TEST(Errors, OfTheErrorHookAreLoggedAndTheStatusIsSent) {
    const LogCapture log;
    Server server;
    server.on_error([](Context, const HttpError&) { throw std::runtime_error("hook"); });
    server.route("/", [](Context) { throw HttpError(404); });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().status(), 404);
    EXPECT_TRUE(contains(log.error(), "the error hook threw: hook")) << log.error();
}

TEST(Errors, OfAHandlerThatTakesTooLongAre503) {
    const LogCapture log;
    Server server;
    server.route("/", [](Context) -> Task<> { co_await sleep(1h); });
    TestClient client(server);
    const auto response = client.get("/").send();
    EXPECT_EQ(response.status(), 503);
    EXPECT_EQ(client.elapsed(), 30s);
    EXPECT_TRUE(log.errors().empty());
}

// What fails on our side is no mistake of the client, and names nothing of ours.
void expect_hidden(const TestResponse& response, const LogCapture& log, int status, std::string_view internal) {
    EXPECT_EQ(response.status(), status) << internal;
    EXPECT_EQ(response.body(), std::string(reason_phrase(status)) + "\n") << internal;
    EXPECT_TRUE(contains(log.error(), "GET /users/42 (route /users/{id}): ")) << log.error();
    EXPECT_TRUE(contains(log.error(), internal)) << log.error() << " without " << internal;
    EXPECT_TRUE(log.lines(LogLevel::warn).empty());
}

/// The answer of a handler that returns `error`, in each of the ways in which it can.
void expect_hidden_error(const Error& error, int status) {
    Server server;
    server.route("/users/{id}", get([error](Context) -> Result<> { return std::unexpected(error); }));
    server.route("/users/{id}", post([error](Context) -> Task<Result<>> {
                     co_await sleep(1ms);
                     co_return std::unexpected(error);
                 }));
    server.route("/users/{id}", put([error]() -> Result<std::string> { return std::unexpected(error); }));
    TestClient client(server);
    for (const std::string_view method : {"GET", "POST", "PUT"}) {
        const LogCapture log;
        const auto response = client.request(method, "/users/42").send();
        EXPECT_EQ(response.status(), status) << error.message;
        EXPECT_EQ(response.body(), std::string(reason_phrase(status)) + "\n") << error.message;
        const std::string line = std::string(method) + " /users/42 (route /users/{id}): " + error.message;
        EXPECT_TRUE(log.error().starts_with(line + " [request ")) << log.error();
    }
}

TEST(Errors, OfTheOperatingSystemAre500AndStayInTheLog) {
    for (int number = 1; number < 134; ++number) {
        expect_hidden_error(Error::from_errno(number, "open /srv/secret"), 500);
    }
}

TEST(Errors, ThatWereNotMadeForTheClientStayInTheLogWhateverTheirCode) {
    for (int code = 0; code <= static_cast<int>(ErrorCode::system); ++code) {
        const auto each = static_cast<ErrorCode>(code);
        const int status = each == ErrorCode::unavailable ? 503 : each == ErrorCode::timed_out ? 504 : 500;
        expect_hidden_error(Error(each, "database at 10.0.0.5"), status);
    }
}

TEST(Errors, OfWhatAHandlerCallsAreNotThoseOfTheClient) {
    const auto ask = [](auto handler) {
        Server server;
        server.route("/users/{id}", get(handler));
        TestClient client(server);
        return client.get("/users/42").send();
    };
    const LogCapture resolving;
    const auto unknown = ask([](Context) -> Task<Result<>> {
        const auto found = co_await net::resolve("db.secret.invalid", 1);
        if (!found) co_return std::unexpected(found.error());
        co_return Result<>();
    });
    EXPECT_GE(unknown.status(), 500);
    EXPECT_FALSE(contains(unknown.body(), "secret"));
    EXPECT_TRUE(contains(resolving.error(), "db.secret.invalid")) << resolving.error();

    const LogCapture parsing;
    expect_hidden(ask([](Context) -> Result<> {
                      const auto settings = from_json<std::vector<int>>("{\"secret\":1}");
                      if (!settings) return std::unexpected(settings.error().to_error());
                      return {};
                  }),
                  parsing, 500, "JSON: ");

    const LogCapture opening;
    expect_hidden(ask([](Context ctx) -> Task<Result<>> {
                      ctx.set_response_body("half");
                      const auto stream = co_await net::connect(*Address::parse("unix:/srv/secret.sock"));
                      if (!stream) co_return std::unexpected(stream.error());
                      co_return Result<>();
                  }),
                  opening, 500, "/srv/secret.sock");
}

TEST(Errors, AreToldToAClientIfTheyWereMadeForIt) {
    const LogCapture log;
    Server server;
    server.route("/missing", get([](Context) -> Result<> { return fail(404, "no user 42"); }));
    server.route("/taken", get([]() -> Result<std::string> {
                     return fail(HttpError(409, "the name is taken").with_code("name_taken"));
                 }));
    server.route("/saved", get([](Context) -> Result<> {
                     const Error error = Error::from_errno(EEXIST, "write /srv/secret");
                     if (error.code != ErrorCode::already_exists) return std::unexpected(error);
                     return fail(HttpError(409, "there is such a file").with_cause(error.message));
                 }));
    server.route("/busy", get([](Context) -> Task<> {
                     co_await sleep(1ms);
                     throw HttpError(503, "come back later").with_cause("pool of 10.0.0.5");
                 }));
    TestClient client(server);
    EXPECT_EQ(client.get("/missing").send().status(), 404);
    EXPECT_EQ(client.get("/missing").send().body(), "no user 42\n");
    const auto taken = client.get("/taken").header("Accept", "application/json").send();
    EXPECT_EQ(taken.status(), 409);
    EXPECT_TRUE(contains(taken.body(), "\"code\":\"name_taken\"")) << taken.body();
    EXPECT_EQ(client.get("/saved").send().body(), "there is such a file\n");
    EXPECT_TRUE(log.errors().empty());
    EXPECT_EQ(client.get("/busy").send().body(), "come back later\n");
    EXPECT_TRUE(contains(log.error(), "GET /busy: come back later: pool of 10.0.0.5 [request ")) << log.error();
}

TEST(Errors, MadeForAClientCanBeLookedAtBefore) {
    const Result<> refused = fail(HttpError(404, "no user 42").with_code("no_user"));
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_EQ(refused.error().message, "no user 42");
    EXPECT_EQ(to_http_error(refused.error()).status(), 404);
    EXPECT_EQ(to_http_error(refused.error()).code(), "no_user");
    EXPECT_EQ(to_http_error(Error(ErrorCode::not_found, "inside")).status(), 500);
    EXPECT_EQ(to_http_error(Error(ErrorCode::not_found, "inside")).cause(), "inside");
    EXPECT_EQ(to_http_error(Error(ErrorCode::closed)).cause(), "closed");
    EXPECT_EQ(fail(409).error().code, ErrorCode::already_exists);
    EXPECT_EQ(fail(422).error().code, ErrorCode::bad_message);
    EXPECT_EQ(fail(502).error().code, ErrorCode::system);
}

TEST(Errors, OfATimeOutCannotBeSwallowed) {
    const auto swallow = [](Context ctx) -> Task<> {
        try {
            co_await sleep(1h);
        } catch (...) {
            ctx.set_response_status_code(200).set_response_body("made up");
        }
    };
    const auto replace = [](Context) -> Task<> {
        bool cancelled = false;
        try {
            co_await sleep(1h);
        } catch (...) {
            cancelled = true;
        }
        if (cancelled) throw HttpError(404, "made up");
    };
    Server server;
    server.route("/swallows", get(swallow)).route("/replaces", get(replace));
    server.route("/swallows/sooner", get(swallow).use(timeout({.after = 1s})));
    server.route("/replaces/sooner", get(replace).use(timeout({.after = 1s})));
    server.route("/around/replaces", get(replace).use([](Context ctx, Next next) -> Task<> { co_await next(ctx); }));
    server.route("/around", get(swallow).use([](Context ctx, Next next) -> Task<> {
        co_await next(ctx);
        ctx.set_response_status_code(200).set_response_body("made up");
    }));
    TestClient client(server);
    for (const char* path :
         {"/swallows", "/replaces", "/swallows/sooner", "/replaces/sooner", "/around", "/around/replaces"}) {
        const LogCapture log;
        const auto response = client.get(path).send();
        EXPECT_EQ(response.status(), 503) << path;
        EXPECT_EQ(response.body(), "the request took too long\n") << path;
        EXPECT_EQ(log.lines(LogLevel::warn).size(), 1u) << path;
    }
}

TEST(Errors, OfATimeOutBreakOffWhatWasBeingStreamed) {
    const LogCapture log;
    Server server;
    const auto half = [](Context ctx) -> Task<> {
        co_await ctx.send_body("half");
        try {
            co_await sleep(1h);
        } catch (...) {
            co_return;
        }
    };
    server.route("/", get(half).use(timeout({.after = 1s})));
    TestClient client(server);
    auto connection = client.connect();
    connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client.advance(2s);
    EXPECT_TRUE(connection.received().ends_with("4\r\nhalf\r\n"));
    EXPECT_TRUE(connection.closed());
}

}  // namespace
}  // namespace hyperlane
