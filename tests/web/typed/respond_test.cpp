#include <hyperlane/typed.hpp>
#include "web/support.hpp"

#include <map>

namespace typed_respond {

struct User {
    int id = 0;
    std::string name;
};
struct Csv {
    std::string text;
};
struct Slow {};

}  // namespace typed_respond

template <>
struct hyperlane::Respond<typed_respond::Csv> {
    static void to(Context ctx, typed_respond::Csv csv) {
        ctx.set_response_header("Content-Type", "text/csv").set_response_body(std::move(csv.text));
    }
    static void describe(web::Operation& operation) { operation.add_response(200, "text/csv"); }
};
template <>
struct hyperlane::Respond<typed_respond::Slow> {
    static Task<> to(Context ctx, typed_respond::Slow) {
        co_await sleep(std::chrono::seconds(1));
        ctx.set_response_body("slow");
    }
};

namespace hyperlane {
namespace {

using namespace testing;
using namespace typed_respond;

std::string answer(TestResponse response) { return std::to_string(response.status()) + " " + response.body(); }

template <typename F>
std::string answer_to(F handler) {
    return answer(answer_of(std::move(handler)));
}

TEST(Respond, StructsListsAndMapsAsJson) {
    const auto response = answer_of([] { return User{1, "Ada"}; });
    EXPECT_EQ(response.body(), R"({"id":1,"name":"Ada"})");
    EXPECT_EQ(response.header("Content-Type"), "application/json");
    EXPECT_EQ(answer_to([] { return std::vector<User>{{1, "A"}}; }), R"(200 [{"id":1,"name":"A"}])");
    EXPECT_EQ(answer_to([] { return std::map<std::string, int>{{"a", 1}}; }), R"(200 {"a":1})");
    EXPECT_EQ(answer_to([] { return json::Value::array({1, "two"}); }), R"(200 [1,"two"])");
    EXPECT_EQ(answer_to([] { return Json{42}; }), "200 42");
    EXPECT_EQ(answer_to([] { return Json<std::optional<int>>{}; }), "200 null");
}

TEST(Respond, TextAsText) {
    const auto response = answer_of([] { return std::string("hello"); });
    EXPECT_EQ(response.body(), "hello");
    EXPECT_EQ(response.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(answer_to([] { return std::string(5000, 'x'); }), "200 " + std::string(5000, 'x'));
    EXPECT_EQ(answer_to([] { return "literal"; }), "200 literal");
    EXPECT_EQ(answer_to([] { return static_text("static"); }), "200 static");
    EXPECT_EQ(answer_to([](Context ctx) { return ctx.get_request_path(); }), "200 /");
}

TEST(Respond, AStatusWithAndWithoutABody) {
    EXPECT_EQ(answer_to([] { return Status<201, User>{{1, "A"}}; }), R"(201 {"id":1,"name":"A"})");
    EXPECT_EQ(answer_to([] { return Status<204>{}; }), "204 ");
    EXPECT_EQ(answer_to([] { return Status<202>{}; }), "202 ");
    EXPECT_EQ(answer_to([] { return std::pair<int, std::string>{418, "teapot"}; }), "418 teapot");
    EXPECT_EQ(answer_to([]() -> Status<201, std::optional<std::string>> { return {}; }), "404 Not Found\n");
}

TEST(Respond, RedirectsByName_Rfc9110_15_4) {
    const auto see = answer_of([] { return SeeOther("/caf\xC3\xA9 1?a=%20"); });
    EXPECT_EQ(see.status(), 303);
    EXPECT_EQ(see.header("Location"), "/caf%C3%A9%201?a=%20");
    EXPECT_EQ(answer_of([] { return Found("/x"); }).status(), 302);
    EXPECT_EQ(answer_of([] { return MovedPermanently("/x"); }).status(), 301);
    EXPECT_EQ(answer_of([]() -> Task<TemporaryRedirect> { co_return TemporaryRedirect("/x"); }).status(), 307);
    EXPECT_EQ(answer_of([]() -> Result<PermanentRedirect> { return PermanentRedirect("/x"); }).status(), 308);
    EXPECT_EQ(answer_of([] { return SeeOther("/a\r\nX-Evil: 1"); }).header("X-Evil"), std::nullopt);
    const Route route = post([] { return SeeOther("/x"); });
    ASSERT_EQ(route.handler().operation()->responses.size(), 1u);
    EXPECT_EQ(route.handler().operation()->responses[0].status, 303);
}

TEST(Respond, RedirectsAndNamesOfFilesThroughAContext) {
    const auto moved = answer_of([](Context ctx) { ctx.set_response_redirect("/\xC3\xBC"); });
    EXPECT_EQ(moved.status(), 303);
    EXPECT_EQ(moved.header("Location"), "/%C3%BC");
    EXPECT_EQ(answer_of([](Context ctx) { ctx.set_response_redirect("/", 308); }).status(), 308);
    EXPECT_EQ(answer_of([](Context ctx) { ctx.set_response_redirect("/", 200); }).status(), 500);
    const auto file =
        answer_of([](Context ctx) { ctx.set_response_file_name("\xE2\x82\xAC.txt").set_response_body("x"); });
    EXPECT_EQ(file.header("Content-Disposition"), "attachment; filename=\"_.txt\"; filename*=UTF-8''%E2%82%AC.txt");
    const auto saved = answer_of([] { return File{"tests/web", "support.hpp", "a b.hpp"}; });
    EXPECT_EQ(saved.header("Content-Disposition"), "attachment; filename=\"a b.hpp\"");
}

TEST(Respond, AnEmptyOptionalIs404) {
    EXPECT_EQ(answer_to([]() -> std::optional<User> { return {}; }), "404 Not Found\n");
    EXPECT_EQ(answer_to([]() -> std::optional<User> { return User{2, "B"}; }), R"(200 {"id":2,"name":"B"})");
    EXPECT_EQ(answer_to([]() -> Task<std::optional<User>> { co_return std::nullopt; }), "404 Not Found\n");
}

TEST(Respond, AnErrorIsWhatItWasMadeFor) {
    const LogCapture log;
    EXPECT_EQ(answer_to([](Context) -> Result<User> { return fail(404, "no user 42"); }), "404 no user 42\n");
    EXPECT_EQ(answer_to([](Context) -> Result<User> { return fail(409); }), "409 Conflict\n");
    EXPECT_TRUE(log.errors().empty());
    EXPECT_EQ(answer_to([](Context) -> Result<User> { return fail(ErrorCode::not_found, "no table of users"); }),
              "500 Internal Server Error\n")
        << "what it says may be a secret";
    EXPECT_TRUE(contains(log.error(), "no table of users"));
    EXPECT_EQ(answer_to([]() -> Result<User> { return User{3, "C"}; }), R"(200 {"id":3,"name":"C"})");
    EXPECT_EQ(answer_to([](Query<User>) -> Result<> { return {}; }).substr(0, 3), "400");
}

// Whoever makes an HttpError has chosen its text for the client; it is shown, whatever the status.
TEST(Respond, AnHttpErrorIsShownAsItIs) {
    const LogCapture log;
    const auto answer = answer_to(
        []() -> std::expected<User, HttpError> { return std::unexpected(HttpError(500, "the stock is empty")); });
    EXPECT_EQ(answer, "500 the stock is empty\n");
    EXPECT_TRUE(contains(log.error(), "the stock is empty"));
    EXPECT_EQ(answer_to([]() -> Task<std::expected<void, HttpError>> { co_return std::unexpected(HttpError(409)); }),
              "409 Conflict\n");
    EXPECT_EQ(answer_to([]() -> std::expected<void, HttpError> { return {}; }), "204 ");
}

TEST(Respond, NothingIs204UnlessTheHandlerHasAnswered) {
    EXPECT_EQ(answer_to([] {}), "204 ");
    EXPECT_EQ(answer_to([]() -> Task<> { co_return; }), "204 ");
    EXPECT_EQ(answer_to([](HeaderValue<"Host">, Context ctx) { ctx.set_response_body("set"); }), "200 set");
    EXPECT_EQ(answer_to([](HeaderValue<"Host">, Context ctx) { ctx.set_response_status_code(202); }), "202 ");
    EXPECT_EQ(answer_to([](HeaderValue<"Host">, Context ctx) -> Task<> {
                  co_await ctx.send_body("one");
                  co_await ctx.send_body("two");
              }),
              "200 onetwo");
    EXPECT_EQ(answer_to([](Context) {}), "200 ") << "a handler of a context only is left alone";
}

TEST(Respond, StatusAndFieldsThatWereSetStay) {
    const auto response = answer_of([](HeaderValue<"Host">, Context ctx) {
        ctx.set_response_status_code(203).set_response_header("Content-Type", "text/markdown");
        return std::string("# hi");
    });
    EXPECT_EQ(response.status(), 203);
    EXPECT_EQ(response.header("Content-Type"), "text/markdown");
}

TEST(Respond, Files) {
    const auto file = [](std::string path) {
        return answer_of([path]() -> Task<File> { co_return File{"tests/web", path}; });
    };
    EXPECT_EQ(file("support.hpp").status(), 200);
    EXPECT_TRUE(file("support.hpp").body().starts_with("#pragma once"));
    EXPECT_EQ(file("../CMakeLists.txt").status(), 404);
    EXPECT_EQ(answer_of([] { return File{"tests/web", "support.hpp"}; }).status(), 200) << "without a coroutine";
}

TEST(Respond, Streams) {
    const auto response = answer_of([] {
        return Stream{"text/event-stream", [](Context ctx) -> Task<> {
                          co_await ctx.send_body("data: 1\n\n");
                          co_await sleep(1s);
                          co_await ctx.send_body("data: 2\n\n");
                      }};
    });
    EXPECT_EQ(response.body(), "data: 1\n\ndata: 2\n\n");
    EXPECT_EQ(response.header("Content-Type"), "text/event-stream");
}

TEST(Respond, TypesOfYourOwn) {
    const auto response = answer_of([] { return Csv{"a,b"}; });
    EXPECT_EQ(response.header("Content-Type"), "text/csv");
    EXPECT_EQ(response.body(), "a,b");
    EXPECT_EQ(answer_to([] { return Slow{}; }), "200 slow");
    EXPECT_EQ(answer_to([]() -> Task<std::optional<Csv>> { co_return Csv{"c"}; }), "200 c");
    EXPECT_EQ(answer_to([]() -> Status<203, Slow> { return {}; }), "203 slow");
}

TEST(Respond, HeadHasNoBody) {
    Server server;
    server.route("/", get([] { return User{1, "Ada"}; }));
    TestClient client(server);
    const auto response = client.head("/").send();
    EXPECT_EQ(response.body(), "");
    EXPECT_EQ(response.header("Content-Length"), "21");
}

}  // namespace
}  // namespace hyperlane
