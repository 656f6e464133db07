#include <hyperlane/typed.hpp>
#include "web/support.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace typed_json {

struct User {
    int id = 0;
    std::string name;
    std::optional<std::string> email;
};
struct NewUser {
    std::string name;
    int age = 0;
    std::vector<std::string> tags;
};

}  // namespace typed_json

template <>
inline constexpr auto hyperlane::json::options<typed_json::NewUser> = hyperlane::json::Type<typed_json::NewUser>()
                                                                          .with_default<&typed_json::NewUser::tags>()
                                                                          .length<&typed_json::NewUser::name>(1, 20)
                                                                          .min<&typed_json::NewUser::age>(18);

namespace hyperlane {
namespace {

using namespace testing;
using namespace typed_json;

// What the handler's error hook is told, as one line each.
std::string told;

void note(Context ctx, const HttpError& error) {
    told = std::to_string(error.status()) + " " + error.code();
    for (const Violation& each : error.violations()) told += "\n" + each.in + " " + each.pointer + ": " + each.message;
    ctx.set_response_body(error.message());
}

Result<> create(Context ctx) {
    const auto user = ctx.get_request_body_json<NewUser>();
    if (!user) return std::unexpected(user.error());
    ctx.set_response_status_code(201).set_response_body_json(User{1, user->name, {}});
    return {};
}

std::string answer_to(std::string_view body, std::string_view content_type = "application/json") {
    Server server;
    server.on_error(note);
    server.route("/", post(create));
    TestClient client(server);
    told.clear();
    auto request = client.post("/").body(body);
    auto response = content_type.empty() ? std::move(request).send()
                                         : std::move(request).header("Content-Type", content_type).send();
    return told.empty() ? std::to_string(response.status()) + " " + response.body() : told;
}

TEST(JsonBody, IsReadAndWritten) {
    EXPECT_EQ(answer_to(R"({"name":"Ada","age":36})"), R"(201 {"id":1,"name":"Ada","email":null})");
    const auto response =
        answer_of([](Context ctx) { ctx.set_response_body_json(std::map<std::string, int>{{"a", 1}}); });
    EXPECT_EQ(response.body(), R"({"a":1})");
    EXPECT_EQ(response.header("Content-Type"), "application/json");
}

TEST(JsonBody, MustBeDeclared) {
    const std::string body = R"({"name":"Ada","age":36})";
    for (const char* good : {"application/json", "Application/JSON; charset=UTF-8", "application/vnd.x+json",
                             "application/json;charset=\"utf-8\"", "application/problem+JSON"}) {
        EXPECT_TRUE(answer_to(body, good).starts_with("201")) << good;
    }
    for (const char* bad : {"", "text/plain", "text/json", "application/jsonp", "application/json; charset=utf-16",
                            "application/x-www-form-urlencoded", "+json", "json"}) {
        EXPECT_EQ(answer_to(body, bad), "415 unsupported_media_type") << bad;
    }
}

TEST(JsonBody, TellsSyntaxFromShapeFromRules) {
    EXPECT_EQ(answer_to(R"({"name":"Ada","age":36)"),
              "400 malformed_json\nbody : the text ends too early: expected ',' or '}'");
    EXPECT_EQ(answer_to(""), "400 malformed_json\nbody : the text ends too early: expected a value");
    EXPECT_EQ(answer_to(R"({"name":"Ada","age":"x"})"),
              "422 validation_failed\nbody /age: expected an integer, got a string");
    EXPECT_EQ(answer_to(R"({"name":"Ada"})"), "422 validation_failed\nbody /age: this member is missing");
    EXPECT_EQ(answer_to(R"({"name":"","age":1})"),
              "422 validation_failed\nbody /name: must have from 1 to 20 characters\nbody /age: must be at least 18");
}

TEST(JsonBody, TellsEverythingThatIsWrongAtOnce) {
    EXPECT_EQ(answer_to(R"({"name":7,"age":"x","tags":["a",1]})"),
              "422 validation_failed\nbody /name: expected a string, got a number\n"
              "body /age: expected an integer, got a string\nbody /tags/1: expected a string, got a number");
    EXPECT_EQ(answer_to(R"({"name":"","age":"x"})"),
              "422 validation_failed\nbody /age: expected an integer, got a string\n"
              "body /name: must have from 1 to 20 characters")
        << "rules are checked where the shape is right";
    EXPECT_EQ(answer_to(R"({"age":1})"),
              "422 validation_failed\nbody /name: this member is missing\nbody /age: must be at least 18");
    EXPECT_EQ(answer_to(R"({"name":7,"age":"x","tags":["a",1])"),
              "400 malformed_json\nbody : the text ends too early: expected ',' or '}'")
        << "a text that is no JSON has no shape";
    EXPECT_EQ(answer_to("[]"), "422 validation_failed\nbody : expected an object, got an array")
        << "and not where there is nothing to look at";
    std::string many = R"({"name":"","age":18,"tags":[1)";
    for (int i = 0; i < 1000; ++i) many += ",1";
    const std::string lines = answer_to(many + "]}");
    EXPECT_EQ(std::ranges::count(lines, '\n'), 32) << "no more than a person reads";
}

TEST(JsonBody, OfTheRequestIsNotCheckedForAValueWithoutRules) {
    EXPECT_TRUE(web::validator_of<User>().is_empty());
    Server server;
    server.route(
        "/", post([](Context ctx) {
            ctx.set_response_body_json(ctx.get_request_body_json<std::vector<int>>().value_or(std::vector<int>{7}));
        }));
    TestClient client(server);
    EXPECT_EQ(client.post("/").json("[1,2]").send().body(), "[1,2]");
    EXPECT_EQ(client.post("/").json("[1,").send().body(), "[7]");
}

// The error of the body must not stand for one that the handler made itself.
TEST(JsonBody, AnErrorOfTheHandlerStaysItsOwn) {
    Server server;
    server.on_error(note);
    server.route("/", post([](Context ctx) -> Result<> {
                     if (!ctx.get_request_body_json<NewUser>()) return fail(404, "gone");
                     return {};
                 }));
    TestClient client(server);
    EXPECT_EQ(client.post("/").json("[").send().status(), 404);
}

TEST(JsonBody, KeepsAContentTypeThatIsSet) {
    const auto response = answer_of([](Context ctx) {
        ctx.set_response_header("Content-Type", "application/vnd.user+json").set_response_body_json(User{});
    });
    EXPECT_EQ(response.header("Content-Type"), "application/vnd.user+json");
}

TEST(JsonBody, OfAnyLengthComesWhole) {
    for (const std::size_t length : {0u, 1u, 400u, 520u, 4000u, 5000u, 15000u, 16300u, 17000u, 100'000u}) {
        const std::string text(length, 'x');
        const auto response = answer_of([&](Context ctx) {
            ctx.set_response_body_json(std::vector<std::string>{text, "end"});
            ctx.set_response_header("X-After", "the arena is still good");
        });
        EXPECT_EQ(response.body(), "[\"" + text + "\",\"end\"]") << length;
        const auto listed = answer_of([&](Context ctx) { ctx.set_response_body_json(std::vector<int>(length, 7)); });
        EXPECT_EQ(listed.body().size(), length == 0 ? 2 : 2 * length + 1) << length;
    }
}

TEST(JsonBody, ThatCannotBeWrittenIsOurError) {
    const LogCapture log;
    const auto response = answer_of([](Context ctx) { ctx.set_response_body_json(User{1, "\xFF", {}}); });
    EXPECT_EQ(response.status(), 500);
    EXPECT_TRUE(contains(log.error(), "/name")) << log.error();
}

}  // namespace
}  // namespace hyperlane
