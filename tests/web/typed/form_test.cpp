#include <hyperlane/typed.hpp>
#include "web/support.hpp"

namespace typed_form {

struct Contact {
    std::string name;
    std::optional<int> age;
    std::vector<std::string> topic;
    bool news = false;
    std::optional<std::string> note;
};

}  // namespace typed_form

template <>
inline constexpr auto hyperlane::json::options<typed_form::Contact> = hyperlane::json::Type<typed_form::Contact>()
                                                                          .with_default<&typed_form::Contact::news>()
                                                                          .length<&typed_form::Contact::name>(1)
                                                                          .min<&typed_form::Contact::age>(18);

namespace hyperlane {
namespace {

using namespace testing;
using typed_form::Contact;

void note(Context ctx, const HttpError& error) {
    std::string text = error.code();
    for (const Violation& each : error.violations()) text += "\n" + each.in + " " + each.pointer + ": " + each.message;
    ctx.set_response_body(std::move(text));
}

std::string answer_to(std::string_view body, std::string_view type = "application/x-www-form-urlencoded") {
    Server server;
    server.on_error(note);
    server.route("/", post([](Form<Contact> form) { return *form; }));
    TestClient client(server);
    const auto response = client.post("/").header("Content-Type", type).body(body).send();
    return std::to_string(response.status()) + " " + response.body();
}

TEST(Form, BecomesAStruct) {
    EXPECT_EQ(answer_to("name=Ada+L%2E&age=36&topic=a&topic=b&news=true&note="),
              R"(200 {"name":"Ada L.","age":36,"topic":["a","b"],"news":true,"note":""})");
    EXPECT_EQ(answer_to("name=A&age=&other=x"), R"(200 {"name":"A","age":null,"topic":[],"news":false,"note":null})");
    EXPECT_TRUE(answer_to("name=A", "Application/x-www-form-urlencoded; charset=utf-8").starts_with("200"));
}

TEST(Form, TellsEverythingThatIsWrong) {
    EXPECT_EQ(
        answer_to("age=x&news=perhaps"),
        "422 validation_failed\nform age: must be an integer\nform news: must be true or false\nform name: is missing");
    EXPECT_EQ(answer_to("name=&age=17"),
              "422 validation_failed\nform name: must have at least 1 character\nform age: must be at least 18");
}

TEST(Form, MustBeOne) {
    EXPECT_EQ(answer_to("name=A", "application/json"), "415 unsupported_media_type");
    EXPECT_EQ(answer_to("name=A", "multipart/form-data; boundary=x"), "415 unsupported_media_type");
    EXPECT_EQ(answer_to("name=%4"), "400 malformed_form");
    EXPECT_EQ(answer_to("name=%FF"), "400 malformed_form");
    EXPECT_EQ(answer_to("%FF=a"), "400 malformed_form");
}

}  // namespace
}  // namespace hyperlane
