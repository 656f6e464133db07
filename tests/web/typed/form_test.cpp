#include <hyperlane/typed.hpp>
#include "web/support.hpp"

#include <chrono>

namespace typed_form {

namespace json = hyperlane::json;

struct Contact {
    std::string name;
    std::optional<int> age;
    std::vector<std::string> topic;
    bool news = false;
    std::optional<std::string> note;
};

struct Everything {
    std::optional<bool> maybe;
    bool yes = false;
    bool kept = true;
    int count = 7;
    std::vector<int> numbers;
    std::vector<std::string> words;
    json::Patch<int> patch;
    std::optional<std::chrono::local_seconds> from;
    std::optional<std::chrono::local_days> day;
    std::string text;
};

}  // namespace typed_form

template <>
inline constexpr auto hyperlane::json::options<typed_form::Contact> = hyperlane::json::Type<typed_form::Contact>()
                                                                          .with_default<&typed_form::Contact::news>()
                                                                          .length<&typed_form::Contact::name>(1)
                                                                          .min<&typed_form::Contact::age>(18);

template <>
inline constexpr auto hyperlane::json::options<typed_form::Everything> =
    hyperlane::json::Type<typed_form::Everything>()
        .with_default<&typed_form::Everything::kept, &typed_form::Everything::count, &typed_form::Everything::text>()
        .length<&typed_form::Everything::text>(0, 5);

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

/// The same fields as a form and as a query, which are read alike.
std::string fields(std::string_view text, bool as_form = true) {
    Server server;
    server.on_error(note);
    server.route("/", post([](Form<typed_form::Everything> form) { return *form; }));
    server.route("/", get([](Query<typed_form::Everything> query) { return *query; }));
    TestClient client(server);
    const auto response =
        client.post("/").header("Content-Type", "application/x-www-form-urlencoded").body(text).send();
    const auto other = client.get("/?" + std::string(text)).send();
    EXPECT_EQ(response.body().substr(0, 5) == "{\"may", other.body().substr(0, 5) == "{\"may") << other.body();
    if (other.status() == 200) {
        EXPECT_EQ(response.body(), other.body()) << text;
    }
    return as_form ? response.body() : other.body();
}

constexpr std::string_view nothing =
    R"({"maybe":null,"yes":false,"kept":true,"count":7,"numbers":[],"words":[],"from":null,"day":null,"text":""})";

TEST(Form, AFieldThatIsLeftEmptyIsAsGoodAsAbsentUnlessItIsAText) {
    EXPECT_EQ(fields(""), nothing);
    EXPECT_EQ(fields("maybe=&yes=&kept=&count=&numbers=&from=&day=&text="), nothing);
    EXPECT_EQ(fields("count=&count=3&numbers=&numbers=1&numbers="),
              R"({"maybe":null,"yes":false,"kept":true,"count":3,"numbers":[1],"words":[],)"
              R"("from":null,"day":null,"text":""})");
    EXPECT_TRUE(fields("words=&words=a").contains(R"("words":["","a"])")) << "an empty text is a text";
}

TEST(Form, AnEmptyFieldOfAPatchClears) {
    EXPECT_FALSE(fields("").contains("patch"));
    EXPECT_TRUE(fields("patch=").contains(R"("patch":null)"));
    EXPECT_TRUE(fields("patch=5").contains(R"("patch":5)"));
}

TEST(Form, CheckboxesAreAsBrowsersSendThem_Html_4_10_5_1_15) {
    EXPECT_TRUE(fields("yes=on&maybe=on").starts_with(R"({"maybe":true,"yes":true)"));
    EXPECT_TRUE(fields("yes=off&maybe=0").starts_with(R"({"maybe":false,"yes":false)"));
    EXPECT_TRUE(fields("yes=false&yes=on").contains(R"("yes":true)")) << "a hidden field before it";
    EXPECT_TRUE(fields("yes=1&yes=0").contains(R"("yes":true)")) << "a hidden field behind it";
    EXPECT_TRUE(fields("kept=0&kept=0").contains(R"("kept":false)"));
    EXPECT_EQ(fields("yes=on&yes=perhaps"), "validation_failed\nform yes: must be true or false");
}

TEST(Form, TimesAreAsBrowsersSendThem_Html_4_10_5_1_11) {
    EXPECT_TRUE(
        fields("from=2026-12-24T18:00&day=2026-12-25").contains(R"("from":"2026-12-24T18:00:00","day":"2026-12-25")"));
    EXPECT_TRUE(fields("from=2026-12-24T18:00:05.250").contains(R"("from":"2026-12-24T18:00:05")"));
    EXPECT_EQ(fields("from=2026-12-24T18:00:00Z&day=2026-02-30"),
              "validation_failed\nform from: must be a time as in 2026-01-31T12:00:00, without an offset\n"
              "form day: must be a date as in 2026-01-31");
}

TEST(Form, LinesEndAsTheyWereTyped_Html_4_10_22_4) {
    EXPECT_TRUE(fields("text=a%0D%0A%0D%0Ab").contains(R"("text":"a\n\nb")"));
    EXPECT_TRUE(fields("text=a%0Db%0Ac").contains(R"("text":"a\rb\nc")"));
    EXPECT_EQ(fields("text=ab%0D%0Acde"), "validation_failed\nform text: must have at most 5 characters");
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
