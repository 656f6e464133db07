#include "support.hpp"

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
    EXPECT_TRUE(contains(log.error(), "not a std::exception")) << log.error();
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

TEST(Errors, MeanAStatus) {
    EXPECT_EQ(status_for(ErrorCode::bad_message), 400);
    EXPECT_EQ(status_for(ErrorCode::permission_denied), 403);
    EXPECT_EQ(status_for(ErrorCode::not_found), 404);
    EXPECT_EQ(status_for(ErrorCode::already_exists), 409);
    EXPECT_EQ(status_for(ErrorCode::too_large), 413);
    EXPECT_EQ(status_for(ErrorCode::unavailable), 503);
    EXPECT_EQ(status_for(ErrorCode::timed_out), 504);
    EXPECT_EQ(status_for(ErrorCode::invalid_argument), 500);
    EXPECT_EQ(status_for(ErrorCode::system), 500);
}

}  // namespace
}  // namespace hyperlane
