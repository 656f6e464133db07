#include "support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

TEST(ContextResponse, HasTheStatusReasonAndFieldsThatWereSet) {
    const auto response = answer_of([](Context ctx) {
        ctx.set_response_status_code(201).set_response_reason("Just Made");
        ctx.set_response_header("X-A", "old").add_response_header("x-a", "second").set_response_header("X-A", "new");
        ctx.add_response_header("X-B", "1").add_response_header("X-B", "2").set_response_header("X-C", "c");
        ctx.remove_response_header("x-c");
        EXPECT_EQ(ctx.get_response_status_code(), 201);
        EXPECT_EQ(ctx.get_response_header("x-b"), "1");
        EXPECT_EQ(ctx.get_response_header("X-C"), std::nullopt);
    });
    EXPECT_EQ(response.status(), 201);
    EXPECT_EQ(response.reason(), "Just Made");
    EXPECT_EQ(response.headers("X-A"), std::vector<std::string>{"new"});
    EXPECT_EQ(response.headers("X-B"), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(response.header("X-C"), std::nullopt);
    EXPECT_EQ(response.header("Content-Length"), "0");
}

TEST(ContextResponse, IsEmptyWith200WhenNothingWasSet) {
    const auto response = answer_of([](Context) {});
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.body(), "");
    EXPECT_EQ(response.header("Content-Type"), std::nullopt);
}

TEST(ContextResponse, TakesBodiesOfEveryKind) {
    const std::string small = "small";
    const std::string medium(10'000, 'm');
    const std::string large(300'000, 'l');
    EXPECT_EQ(answer_of([](Context ctx) { ctx.set_response_body("literal"); }).body(), "literal");
    EXPECT_EQ(answer_of([](Context ctx) { ctx.set_response_body(static_text("static")); }).body(), "static");
    for (const std::string& text : {small, medium, large}) {
        EXPECT_EQ(answer_of([text](Context ctx) { ctx.set_response_body(text); }).body(), text);
        EXPECT_EQ(answer_of([text](Context ctx) { ctx.set_response_body(std::string_view(text)); }).body(), text);
        EXPECT_EQ(answer_of([text](Context ctx) { ctx.set_response_body(std::string(text)); }).body(), text);
    }
    EXPECT_EQ(answer_of([](Context ctx) {
                  ctx.set_response_body("first").set_response_body("second");
                  EXPECT_EQ(ctx.get_response_body(), "second");
              }).body(),
              "second");
}

TEST(ContextResponse, DoesNotCopyALongStringThatIsMovedIn) {
    answer_of([](Context ctx) {
        std::string text(10'000, 'x');
        const char* data = text.data();
        ctx.set_response_body(std::move(text));
        EXPECT_EQ(ctx.get_response_body().data(), data);
        EXPECT_EQ(ctx.get_response_body().size(), 10'000u);
    });
}

TEST(ContextResponse, KeepsTheContentTypeThatWasSet) {
    const auto response = answer_of([](Context ctx) {
        ctx.set_response_header(header::content_type, mime::application_json).set_response_body("{}");
    });
    EXPECT_EQ(response.headers("Content-Type"), std::vector<std::string>{std::string(mime::application_json)});
}

TEST(ContextResponse, SetsCookies) {
    const auto response = answer_of([](Context ctx) {
        Cookie session;
        session.name = "id";
        session.value = "7";
        Cookie theme;
        theme.name = "theme";
        theme.value = "dark";
        ctx.set_response_cookie(session).set_response_cookie(theme);
    });
    const auto cookies = response.headers("Set-Cookie");
    ASSERT_EQ(cookies.size(), 2u);
    EXPECT_EQ(cookies[0].find("id=7"), 0u);
    EXPECT_EQ(cookies[1].find("theme=dark"), 0u);
}

// What may not go into a head ends in a plain 500 and one line in the log; nothing of it reaches the client.
template <typename F>
void expect_refused(F handler, std::string_view reason) {
    const LogCapture log;
    const auto response = answer_of(std::move(handler));
    EXPECT_EQ(response.status(), 500);
    EXPECT_EQ(response.header("Injected"), std::nullopt);
    EXPECT_TRUE(contains(log.error(), reason)) << log.error();
    EXPECT_TRUE(contains(log.error(), "GET /")) << log.error();
}

TEST(ContextResponse, RefusesWhatWouldSplitTheHead_Rfc9110_5_5) {
    expect_refused([](Context ctx) { ctx.set_response_header("X", "a\r\nInjected: 1"); }, "\\r\\n");
    expect_refused([](Context ctx) { ctx.set_response_header("X", "a\nInjected: 1"); }, "response header \"X\"");
    expect_refused([](Context ctx) { ctx.add_response_header("X", std::string_view("a\0b", 3)); },
                   "response header \"X\"");
    expect_refused([](Context ctx) { ctx.set_response_header("X: y\r\nInjected", "1"); }, "not a token");
    expect_refused([](Context ctx) { ctx.set_response_header("", "1"); }, "not a token");
    expect_refused([](Context ctx) { ctx.set_response_reason("OK\r\nInjected: 1"); }, "response reason");
    expect_refused(
        [](Context ctx) {
            Cookie cookie;
            cookie.name = "a";
            cookie.value = "b\r\nInjected: 1";
            ctx.set_response_cookie(cookie);
        },
        "");
    expect_refused([](Context ctx) { ctx.add_response_trailer("X", "a\r\nInjected: 1"); }, "trailer");
}

TEST(ContextResponse, RefusesToMeddleWithFraming_Rfc9112_6) {
    expect_refused([](Context ctx) { ctx.set_response_header("Transfer-Encoding", "chunked"); }, "transfer coding");
    expect_refused([](Context ctx) { ctx.set_response_header("Content-Length", "abc"); }, "number of bytes");
    expect_refused([](Context ctx) { ctx.set_response_header("Content-Length", "-1"); }, "number of bytes");
    expect_refused([](Context ctx) { ctx.set_response_header("Connection", "te"); }, "connection");
    expect_refused([](Context ctx) { ctx.set_response_status_code(42); }, "200 to 999");
    expect_refused([](Context ctx) { ctx.set_response_status_code(1000); }, "200 to 999");
}

TEST(ContextResponse, CorrectsAContentLengthThatTheBodyContradicts) {
    EXPECT_EQ(answer_of([](Context ctx) {
                  ctx.set_response_header("Content-Length", "99").set_response_body("abc");
              }).headers("Content-Length"),
              std::vector<std::string>{"3"});
    EXPECT_EQ(answer_of([](Context ctx) { ctx.set_response_header("Content-Length", "99"); }).header("Content-Length"),
              "0");
}

TEST(ContextResponse, ClosesTheConnectionWhenTheHandlerSaysSo) {
    const auto response =
        answer_of([](Context ctx) { ctx.set_response_header("Connection", "close").set_response_body("bye"); });
    EXPECT_EQ(response.headers("Connection"), std::vector<std::string>{"close"});
    EXPECT_FALSE(response.keeps_alive());
}

TEST(ContextResponse, HasNoBodyWhereHttpForbidsOne_Rfc9110_6_4_1) {
    for (const int status : {204, 304}) {
        Server server;
        server.route("/",
                     [status](Context ctx) { ctx.set_response_status_code(status).set_response_body("not for you"); });
        TestClient client(server);
        EXPECT_EQ(client.get("/").send().status(), status);
        EXPECT_EQ(client.get("/").send().status(), status) << "a body would be read as the next response";
        EXPECT_EQ(client.connections(), 1u);
    }
}

TEST(ContextResponse, AnswersHeadWithTheHeadOfGet_Rfc9110_9_3_2) {
    Server server;
    server.route("/", get([](Context ctx) { ctx.set_response_body("thirteen byte"); }));
    server.route("/stream", get([](Context ctx) -> Task<> { co_await ctx.send_body("piece"); }));
    TestClient client(server);
    EXPECT_EQ(client.head("/").send().header("Content-Length"), "13");
    EXPECT_EQ(client.head("/stream").send().header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(client.get("/").send().body(), "thirteen byte");
    EXPECT_EQ(client.connections(), 1u);
}

}  // namespace
}  // namespace hyperlane
