#include <hyperlane/json/read.hpp>
#include <hyperlane/json/value.hpp>
#include <hyperlane/json/write.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace read_test {

struct Point {
    int x = 0;
    int y = 0;

    friend bool operator==(const Point&, const Point&) = default;
};

enum class Color : std::uint8_t { red, dark_green };

struct Circle {
    double radius = 0;
};
struct Square {
    double side = 0;
    std::optional<std::string> label;
};
using Shape = std::variant<Circle, Square>;
using Mixed = std::variant<std::monostate, bool, int, std::string, std::vector<int>, Circle>;

struct User {
    std::string name;
    int age = 0;
    std::optional<std::string> email;
};

struct Page {
    int size = 20;
    std::string sort_by = "name";
    std::string internal = "kept";
};

struct Node {
    int value = 0;
    std::unique_ptr<Node> next;
    std::vector<Node> children;
};

struct Strict {
    int a = 0;
};

struct Empty {};

struct Wide {
    int m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
        m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
        m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63;
};

}  // namespace read_test

using namespace hyperlane;
using namespace read_test;

template <>
inline constexpr auto json::options<Page> = json::Type<Page>()
                                                .rename_all(json::Case::camel)
                                                .ignore<&Page::internal>()
                                                .with_default<&Page::size, &Page::sort_by>();
template <>
inline constexpr auto json::options<Strict> = json::Type<Strict>().refuse_unknown_members();
template <>
inline constexpr auto json::options<Shape> = json::Type<Shape>().tag("kind").rename<Circle>("circle");

namespace {

template <typename T>
std::string error_of(std::string_view text, const json::ReadOptions& options = {}) {
    const auto read = from_json<T>(text, options);
    return read ? "no error" : read.error().to_string();
}

template <typename T>
json::Problem problem_of(std::string_view text) {
    const auto read = from_json<T>(text);
    EXPECT_FALSE(read.has_value()) << text;
    return read ? json::Problem::syntax : read.error().problem;
}

TEST(JsonRead, FillsAStruct) {
    const auto user = from_json<User>(R"({"name":"Ada","age":36,"email":"ada@example.com"})");
    ASSERT_TRUE(user.has_value()) << user.error().to_string();
    EXPECT_EQ(user->name, "Ada");
    EXPECT_EQ(user->age, 36);
    EXPECT_EQ(user->email, "ada@example.com");
}

TEST(JsonRead, TakesMembersInAnyOrderAndWhiteSpaceAnywhere_Rfc8259_2) {
    const auto user = from_json<User>(" \r\n\t{ \"age\" : 1 ,\n\"name\" :\t\"x\" } \n");
    ASSERT_TRUE(user.has_value()) << user.error().to_string();
    EXPECT_EQ(user->age, 1);
    EXPECT_EQ(user->email, std::nullopt);
}

TEST(JsonRead, TakesNullForWhatMayBeEmpty) {
    const auto user = from_json<User>(R"({"name":"x","age":1,"email":null})");
    ASSERT_TRUE(user.has_value());
    EXPECT_EQ(user->email, std::nullopt);
    EXPECT_EQ(error_of<User>(R"({"name":null,"age":1})"), "/name: expected a string, got null (line 1, column 9)");
}

TEST(JsonRead, SkipsUnknownMembersButChecksThem) {
    EXPECT_TRUE(from_json<Point>(R"({"x":1,"z":{"deep":[1,2,{"a":"b"}]},"y":2,"w":null})").has_value());
    EXPECT_EQ(problem_of<Point>(R"({"x":1,"z":tru,"y":2})"), json::Problem::syntax);
    EXPECT_EQ(problem_of<Point>(R"({"x":1,"z":"\q","y":2})"), json::Problem::syntax);
    EXPECT_EQ(problem_of<Point>(R"({"x":1,"z":01,"y":2})"), json::Problem::syntax);
    EXPECT_EQ(error_of<Point>(R"({"x":1,"z":{"a":[1,]},"y":2})"), "/z/a/1: expected a value (line 1, column 20)");
}

TEST(JsonRead, RefusesUnknownMembersWhenAsked) {
    const json::ReadOptions strict{.refuse_unknown_members = true};
    EXPECT_EQ(error_of<Point>(R"({"x":1,"y":2,"z":3})", strict), "/z: there is no such member (line 1, column 14)");
    EXPECT_EQ(error_of<Strict>(R"({"a":1,"b":2})"), "/b: there is no such member (line 1, column 8)");
    EXPECT_TRUE(from_json<Shape>(R"({"kind":"circle","radius":1})", strict).has_value()) << "the tag is known";
}

TEST(JsonRead, NamesAMissingMember) {
    EXPECT_EQ(error_of<std::vector<User>>("[\n  {\"name\": \"a\", \"age\": 1},\n  {\"name\": \"b\"}\n]"),
              "/1/age: this member is missing (line 3, column 3)");
}

TEST(JsonRead, RefusesAMemberThatComesTwice) {
    EXPECT_EQ(error_of<Point>(R"({"x":1,"y":2,"x":3})"), "/x: this member has been there before (line 1, column 14)");
    EXPECT_EQ(error_of<Point>(R"({"x":1,"y":2,"\u0078":3})"),
              "/x: this member has been there before (line 1, column 14)");
}

TEST(JsonRead, LetsTheLastOfEqualKeysWinInMapsUnlessAsked) {
    using Map = std::map<std::string, std::vector<int>>;
    const auto map = from_json<Map>(R"({"a":[1],"b":[],"a":[2]})");
    ASSERT_TRUE(map.has_value());
    EXPECT_EQ(map->at("a"), std::vector<int>{2});
    EXPECT_EQ(error_of<Map>(R"({"a":[1],"a":[2]})", {.refuse_duplicate_keys = true}),
              "/a: this key has been there before (line 1, column 10)");
}

TEST(JsonRead, FindsKeysWrittenWithEscapes) {
    const auto point = from_json<Point>(R"({"\u0078":1,"\u0079":2})");
    ASSERT_TRUE(point.has_value());
    EXPECT_EQ(*point, (Point{1, 2}));
}

TEST(JsonRead, KeepsInitialisersWhereOptionsSaySo) {
    const auto page = from_json<Page>(R"({"sortBy":"age","internal":5})");
    ASSERT_TRUE(page.has_value()) << page.error().to_string();
    EXPECT_EQ(page->size, 20);
    EXPECT_EQ(page->sort_by, "age");
    EXPECT_EQ(page->internal, "kept");
}

template <typename T>
void expect_limits() {
    const std::string lowest = std::to_string(std::numeric_limits<T>::min());
    const std::string highest = std::to_string(std::numeric_limits<T>::max());
    EXPECT_EQ(from_json<T>(lowest), std::numeric_limits<T>::min());
    EXPECT_EQ(from_json<T>(highest), std::numeric_limits<T>::max());
    std::string above = highest;
    above.back() = static_cast<char>(above.back() + 1);  // no limit ends in 9
    EXPECT_EQ(problem_of<T>(above), json::Problem::out_of_range) << above;
    std::string below = std::numeric_limits<T>::min() == 0 ? "-1" : lowest;
    if (std::numeric_limits<T>::min() != 0) below.back() = static_cast<char>(below.back() + 1);
    EXPECT_EQ(problem_of<T>(below), json::Problem::out_of_range) << below;
    EXPECT_EQ(problem_of<T>("100000000000000000000"), json::Problem::out_of_range);
    EXPECT_EQ(problem_of<T>("-100000000000000000000"), json::Problem::out_of_range);
    EXPECT_EQ(problem_of<T>("20000000000000000000000000000000000000000"), json::Problem::out_of_range);
    EXPECT_EQ(from_json<T>("-0"), T{0});
}

TEST(JsonRead, TakesIntegersUpToTheirLimits) {
    expect_limits<std::int8_t>();
    expect_limits<std::int16_t>();
    expect_limits<std::int32_t>();
    expect_limits<std::int64_t>();
    expect_limits<std::uint8_t>();
    expect_limits<std::uint16_t>();
    expect_limits<std::uint32_t>();
    expect_limits<std::uint64_t>();
    EXPECT_EQ(from_json<long long>("9223372036854775807"), std::numeric_limits<long long>::max());
    EXPECT_EQ(problem_of<std::uint64_t>("18446744073709551616"), json::Problem::out_of_range);
    EXPECT_EQ(problem_of<std::uint64_t>("19999999999999999999"), json::Problem::out_of_range);
    EXPECT_EQ(error_of<std::uint8_t>("300"), "expected an integer from 0 to 255 (line 1, column 1)");
}

TEST(JsonRead, RefusesFractionsForIntegers) {
    EXPECT_EQ(error_of<int>("1.0"),
              "expected an integer, got a number with a fraction or an exponent (line 1, column 1)");
    EXPECT_EQ(problem_of<int>("1e2"), json::Problem::wrong_type);
}

TEST(JsonRead, ReadsRealsToTheNearestValue) {
    for (const double value : {0.0, -0.0, 1.5, 0.1, 1e22, 1e23, 123456789012345678.0, 5e-324, 2.2250738585072014e-308,
                               1.7976931348623157e308, 9007199254740993.0, -3.14159}) {
        const std::string text = to_json(value).value();
        const auto read = from_json<double>(text);
        ASSERT_TRUE(read.has_value()) << text;
        EXPECT_EQ(*read, value) << text;
        EXPECT_EQ(std::signbit(*read), std::signbit(value)) << text;
    }
    EXPECT_EQ(from_json<double>("100000000000000000000"), 1e20);
    EXPECT_EQ(from_json<double>("0.1e1"), 1.0);
    EXPECT_EQ(from_json<double>("1E+2"), 100.0);
    EXPECT_EQ(from_json<double>("9007199254740993"), 9007199254740992.0);
    EXPECT_EQ(from_json<double>("1e-400"), 0.0);
    EXPECT_EQ(from_json<double>("0e999999999999"), 0.0);
    EXPECT_EQ(from_json<double>("1" + std::string(400, '0') + "e-400"), 1.0);
    EXPECT_EQ(problem_of<double>("1e400"), json::Problem::out_of_range);
    EXPECT_EQ(problem_of<double>("-1e99999999999999999999"), json::Problem::out_of_range);
    EXPECT_EQ(from_json<float>("0.1"), 0.1F);
    EXPECT_EQ(from_json<float>("16777217"), 16777216.0F);
    EXPECT_EQ(problem_of<float>("1e39"), json::Problem::out_of_range);
}

TEST(JsonRead, DecodesEscapes_Rfc8259_7) {
    EXPECT_EQ(from_json<std::string>(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(from_json<std::string>(R"("a\u00e9\u20ac\ud83d\ude00z")"), "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
    EXPECT_EQ(from_json<std::string>(R"("\u0000")"), std::string(1, '\0'));
    EXPECT_EQ(problem_of<std::string>(R"("\ud83d")"), json::Problem::utf8);
    EXPECT_EQ(problem_of<std::string>(R"("\ud83d\u0041")"), json::Problem::utf8);
    EXPECT_EQ(problem_of<std::string>(R"("\ude00")"), json::Problem::utf8);
    EXPECT_EQ(error_of<std::string>(R"("abc\x")"), "this escape does not exist in JSON (line 1, column 5)");
    EXPECT_EQ(error_of<std::string>(R"("abc\u12g4")"), "\\u needs four hexadecimal digits (line 1, column 5)");
}

TEST(JsonRead, ReadsEnumsByName) {
    EXPECT_EQ(from_json<Color>(R"("dark_green")"), Color::dark_green);
    EXPECT_EQ(error_of<Color>(R"("blue")"), R"(expected one of "red", "dark_green", got "blue" (line 1, column 1))");
    EXPECT_EQ(error_of<Color>("1"), "expected a string, got a number (line 1, column 1)");
    EXPECT_EQ((from_json<std::map<Color, int>>(R"({"red":1})")->at(Color::red)), 1);
    EXPECT_EQ((error_of<std::map<Color, int>>(R"({"blue":1})")),
              R"(/blue: expected a key out of "red", "dark_green" (line 1, column 2))");
}

TEST(JsonRead, ReadsContainers) {
    EXPECT_EQ(from_json<std::vector<int>>("[1,2,3]"), (std::vector{1, 2, 3}));
    EXPECT_EQ(from_json<std::vector<bool>>("[true,false]"), (std::vector{true, false}));
    EXPECT_EQ(from_json<std::list<int>>("[1,2]"), (std::list{1, 2}));
    EXPECT_EQ(from_json<std::deque<std::string>>(R"(["a"])"), (std::deque<std::string>{"a"}));
    EXPECT_EQ(from_json<std::set<int>>("[3,1,3]"), (std::set{1, 3}));
    EXPECT_EQ((from_json<std::unordered_map<std::string, Point>>(R"({"p":{"x":1,"y":2}})")->at("p")), (Point{1, 2}));
    EXPECT_EQ((from_json<std::pair<int, std::string>>(R"([1,"a"])")), (std::pair<int, std::string>(1, "a")));
    EXPECT_EQ((from_json<std::tuple<int, bool, Point>>(R"([1,true,{"x":0,"y":0}])")), (std::tuple(1, true, Point())));
    EXPECT_EQ((from_json<std::array<int, 2>>("[1,2]")), (std::array{1, 2}));
    EXPECT_EQ((from_json<std::array<int, 0>>("[]")), (std::array<int, 0>()));
    EXPECT_EQ((error_of<std::array<int, 2>>("[1]")), "expected 2 elements (line 1, column 1)");
    EXPECT_EQ((error_of<std::array<int, 2>>("[1,2,3]")), "expected 2 elements (line 1, column 1)");
    EXPECT_EQ((error_of<std::tuple<int, int>>("[1,2,3]")), "expected 2 elements (line 1, column 1)");
    EXPECT_EQ((error_of<std::vector<int>>("[1,\"a\"]")), "/1: expected an integer, got a string (line 1, column 4)");
    EXPECT_EQ((error_of<std::set<int>>("[1,\"a\"]")), "/1: expected an integer, got a string (line 1, column 4)");
}

TEST(JsonRead, ReadsIntegerKeys) {
    const auto map = from_json<std::map<int, int>>(R"({"-7":1,"12":2})");
    ASSERT_TRUE(map.has_value());
    EXPECT_EQ(map->at(-7), 1);
    for (const std::string_view key : {"", "01", "-0", "1.0", "1e1", " 1", "1 ", "x", "99999999999"}) {
        EXPECT_EQ((problem_of<std::map<int, int>>("{\"" + std::string(key) + "\":1}")), json::Problem::bad_value)
            << key;
    }
}

TEST(JsonRead, TellsVariantsApartByTheirTag) {
    const auto first = from_json<Shape>(R"({"kind":"circle","radius":2})");
    ASSERT_TRUE(first.has_value()) << first.error().to_string();
    EXPECT_EQ(std::get<Circle>(*first).radius, 2);
    const auto last = from_json<Shape>(R"({"label":"a\"}","side":{"a":[]},"kind":"Square"})");
    EXPECT_EQ(last.error().to_string(), "/side: expected a number, got an object (line 1, column 24)");
    EXPECT_TRUE(from_json<Shape>(R"({"label":"a\"}","x":{"a":[]},"side":1,"kind":"Square"})").has_value());
    EXPECT_EQ(error_of<Shape>(R"({"kind":"Oval"})"),
              R"(/kind: expected one of "circle", "Square", got "Oval" (line 1, column 9))");
    EXPECT_EQ(error_of<Shape>(R"({"radius":2})"), "/kind: this member is missing (line 1, column 1)");
    EXPECT_EQ(error_of<Shape>(R"({"kind":7})"), "/kind: expected a string, got a number (line 1, column 9)");
    EXPECT_EQ(error_of<Shape>("[]"), "expected an object, got an array (line 1, column 1)");
    EXPECT_EQ(error_of<std::vector<Shape>>(R"([{"radius":[1,2}])"),
              "/0/radius: expected ',' or ']' (line 1, column 16)");
}

TEST(JsonRead, TellsVariantsApartByTheJsonType) {
    EXPECT_EQ(from_json<Mixed>("null")->index(), 0U);
    EXPECT_EQ(from_json<Mixed>("true")->index(), 1U);
    EXPECT_EQ(from_json<Mixed>("-5")->index(), 2U);
    EXPECT_EQ(from_json<Mixed>("\"x\"")->index(), 3U);
    EXPECT_EQ(from_json<Mixed>("[1]")->index(), 4U);
    EXPECT_EQ(from_json<Mixed>(R"({"type":"Circle","radius":1})")->index(), 5U);
}

TEST(JsonRead, ReadsPointersAndTypesThatContainThemselves) {
    const auto node =
        from_json<Node>(R"({"value":1,"next":{"value":2,"children":[]},"children":[{"value":3,"children":[]}]})");
    ASSERT_TRUE(node.has_value()) << node.error().to_string();
    EXPECT_EQ(node->next->value, 2);
    EXPECT_EQ(node->next->next, nullptr);
    EXPECT_EQ(node->children[0].value, 3);
    EXPECT_EQ(*from_json<std::shared_ptr<int>>("5").value(), 5);
    EXPECT_EQ(from_json<std::shared_ptr<int>>("null").value(), nullptr);
}

TEST(JsonRead, ReadsTimes_Rfc3339_5_6) {
    using std::chrono::milliseconds, std::chrono::sys_time, std::chrono::sys_seconds, std::chrono::seconds;
    EXPECT_EQ(from_json<sys_seconds>(R"("1970-01-01T00:00:00Z")"), sys_seconds());
    EXPECT_EQ(from_json<sys_seconds>(R"("2001-09-09T01:46:40Z")"), sys_seconds(seconds(1'000'000'000)));
    EXPECT_EQ(from_json<sys_seconds>(R"("2001-09-09t03:46:40+02:00")"), sys_seconds(seconds(1'000'000'000)));
    EXPECT_EQ(from_json<sys_seconds>(R"("1969-12-31T23:59:59.75Z")"), sys_seconds(seconds(-1)));
    EXPECT_EQ(from_json<sys_time<milliseconds>>(R"("1969-12-31T23:59:59.7509Z")"),
              sys_time<milliseconds>(milliseconds(-250)));
    EXPECT_EQ(from_json<sys_seconds>(R"("1990-12-31T23:59:60Z")"), from_json<sys_seconds>(R"("1991-01-01T00:00:00Z")"));
    EXPECT_TRUE(from_json<sys_seconds>(R"("2024-02-29T00:00:00Z")").has_value());
    for (const std::string_view wrong :
         {"", "2001-09-09", "2001-09-09T01:46:40", "2001-9-09T01:46:40Z", "2001-02-29T00:00:00Z",
          "2001-13-01T00:00:00Z", "2001-09-09T24:00:00Z", "2001-09-09T00:60:00Z", "2001-09-09T00:00:61Z",
          "2001-09-09 00:00:00Z", "2001-09-09T00:00:00.Z", "2001-09-09T00:00:00+0200", "2001-09-09T00:00:00+24:00",
          "2001-09-09T00:00:00Zx", "x", "2001-00-01T00:00:00Z"}) {
        EXPECT_EQ(problem_of<sys_seconds>('"' + std::string(wrong) + '"'), json::Problem::bad_value) << wrong;
    }
    EXPECT_EQ(problem_of<sys_time<std::chrono::nanoseconds>>(R"("9999-01-01T00:00:00Z")"), json::Problem::bad_value);
}

TEST(JsonRead, ReadsBytes_Rfc4648_4) {
    const auto text = [](std::string_view base64) -> std::string {
        const auto bytes = from_json<json::Bytes>('"' + std::string(base64) + '"');
        if (!bytes) return "refused";
        return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
    };
    EXPECT_EQ(text(""), "");
    EXPECT_EQ(text("Zg=="), "f");
    EXPECT_EQ(text("Zm8="), "fo");
    EXPECT_EQ(text("Zm9v"), "foo");
    EXPECT_EQ(text("Zm9vYg=="), "foob");
    EXPECT_EQ(text("Zm9vYmE="), "fooba");
    EXPECT_EQ(text("Zm9vYmFy"), "foobar");
    for (const std::string_view wrong :
         {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "====", "Zg==Zg==", "Zm9v ", "Z-_v", "Zg=a", "\\u0000AAA"}) {
        EXPECT_EQ(text(wrong), "refused") << wrong;
    }
}

TEST(JsonRead, RefusesTextBehindTheValue) {
    EXPECT_EQ(error_of<int>("1 2"), "unexpected text after the value (line 1, column 3)");
    EXPECT_EQ(error_of<Point>("{\"x\":1,\"y\":2}}"), "unexpected text after the value (line 1, column 14)");
    EXPECT_EQ(problem_of<int>(std::string_view("1\0", 2)), json::Problem::syntax);
}

TEST(JsonRead, TellsLineAndColumnInCharacters) {
    const auto read = from_json<std::vector<User>>("[\n  {\"name\": \"\xC3\xA9\xC3\xA9\", \"age\": \"old\"}\n]");
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().problem, json::Problem::wrong_type);
    EXPECT_EQ(read.error().pointer, "/0/age");
    EXPECT_EQ(read.error().line, 2U);
    EXPECT_EQ(read.error().column, 25U);
    EXPECT_EQ(read.error().offset, 28U);
    EXPECT_EQ(read.error().message, "expected an integer, got a string");
    EXPECT_EQ(read.error().to_error().code, ErrorCode::bad_message);
    EXPECT_EQ(read.error().to_error().message, "JSON: /0/age: expected an integer, got a string (line 2, column 25)");
}

TEST(JsonRead, EscapesThePointer_Rfc6901_3) {
    EXPECT_EQ((error_of<std::map<std::string, int>>(R"({"a/b~c":true})")),
              "/a~1b~0c: expected an integer, got a boolean (line 1, column 10)");
}

TEST(JsonRead, ReportsASyntaxErrorBeforeAnErrorOfShape) {
    const auto read = from_json<Point>(R"({"x":"wrong","y":[1,2)");
    ASSERT_FALSE(read.has_value());
    EXPECT_TRUE(read.error().is_syntax());
    EXPECT_EQ(read.error().pointer, "/y");
    EXPECT_FALSE(from_json<Point>(R"({"x":"wrong","y":[1,2]})").error().is_syntax());
}

TEST(JsonRead, FindsThePlaceOfErrorsInsideStrings) {
    EXPECT_EQ(error_of<Point>("{\"x\":1,\"z\":[\"ab\ncd\"]}"),
              "/z/0: a control character in a string must be escaped (line 1, column 16)");
    EXPECT_EQ(error_of<Point>("{\"x\":1,\n\"z\":[\"ab\xFF\"]}"), "/z/0: this is not UTF-8 (line 2, column 9)");
    EXPECT_EQ(error_of<Point>("{\"x\":1,\"z\":[\"abc]}"), "/z/0: this string does not end (line 1, column 13)");
    EXPECT_EQ(error_of<Point>("{\"x\":1,\"z\":[tru,\"abc]}"), "/z/0: expected a value (line 1, column 13)");
    EXPECT_EQ(error_of<Point>("{\"x\":1,\"y\":2}\xC0"), "this is not UTF-8 (line 1, column 14)");
}

TEST(JsonRead, LimitsDepth) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(from_json<json::Value>(nested(64)).has_value());
    EXPECT_EQ(problem_of<json::Value>(nested(65)), json::Problem::too_deep);
    EXPECT_TRUE(from_json<json::Value>(nested(1024), {.max_depth = 1'000'000}).has_value());
    EXPECT_FALSE(from_json<json::Value>(nested(1025), {.max_depth = 1'000'000}).has_value());
    EXPECT_EQ(problem_of<Point>("{\"z\":" + nested(64) + "}"), json::Problem::too_deep);
    EXPECT_FALSE(from_json<std::vector<int>>("[]", {.max_depth = 0}).has_value());
    std::string chain;
    for (int i = 0; i < 70; ++i) chain += R"({"value":1,"children":[],"next":)";
    EXPECT_EQ(problem_of<Node>(chain + "null" + std::string(70, '}')), json::Problem::too_deep);
}

TEST(JsonRead, RefusesTenMillionOpeningBrackets) {
    const std::string brackets(10'000'000, '[');
    EXPECT_EQ(problem_of<json::Value>(brackets), json::Problem::too_deep);
    EXPECT_EQ(problem_of<Point>(brackets), json::Problem::too_deep);
    std::string objects;
    for (int i = 0; i < 2'000'000; ++i) objects += "{\"\":";
    EXPECT_EQ(problem_of<json::Value>(objects), json::Problem::too_deep);
}

TEST(JsonRead, ReadsEmptyAndWideStructs) {
    EXPECT_TRUE(from_json<Empty>("{}").has_value());
    EXPECT_TRUE(from_json<Empty>(R"({"a":1})").has_value());
    std::string text = "{";
    for (int i = 63; i >= 0; --i) text += "\"m" + std::to_string(i) + "\":" + std::to_string(i) + (i > 0 ? "," : "}");
    const auto wide = from_json<Wide>(text);
    ASSERT_TRUE(wide.has_value()) << wide.error().to_string();
    EXPECT_EQ(wide->m0, 0);
    EXPECT_EQ(wide->m31, 31);
    EXPECT_EQ(wide->m63, 63);
}

// Each prefix of a document is refused, each at its very end; nothing is read behind it.
TEST(JsonRead, RefusesEveryPrefix) {
    const std::string text = R"({"name":"A\u00e9\n","age":-12,"email":null,"more":[1.5e3,true,false,{"k":"v"},[]]})";
    ASSERT_TRUE(from_json<User>(text).has_value());
    for (std::size_t length = 0; length < text.size(); ++length) {
        const std::vector<char> exact(text.begin(),
                                      text.begin() + static_cast<std::ptrdiff_t>(length));  // watched by ASan
        const auto read = from_json<User>(std::string_view(exact.data(), exact.size()));
        ASSERT_FALSE(read.has_value()) << length;
        EXPECT_TRUE(read.error().is_syntax()) << length << read.error().to_string();
        EXPECT_FALSE(from_json<json::Value>(std::string_view(exact.data(), exact.size())).has_value()) << length;
    }
}

// The text lies at the end of a page whose neighbour cannot be read, so that needing padding would crash.
TEST(JsonRead, NeedsNoPadding) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* const memory = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    char* const end = static_cast<char*>(memory) + page;
    ASSERT_EQ(mprotect(end, page, PROT_NONE), 0);
    for (std::size_t length = 2; length < 300; ++length) {
        for (const char fill : {'a', ' ', '1'}) {
            std::string text = fill == '1' ? std::string(length, '1') : '"' + std::string(length - 2, fill) + '"';
            if (fill == ' ') text = std::string(length - 1, ' ') + '7';
            const char* const begin = text.copy(end - length, length) == length ? end - length : nullptr;
            EXPECT_TRUE(from_json<json::Value>(std::string_view(begin, length)).has_value()) << length << fill;
        }
    }
    munmap(memory, 2 * page);
}

TEST(JsonRead, ReadsWhileAConstructorReads) {
    struct Inner {
        int value = from_json<int>("[7]").value_or(from_json<int>("7").value_or(0));
    };
    const auto list = from_json<std::vector<std::optional<Inner>>>(R"([{"value":1},null,{"value":2}])");
    ASSERT_TRUE(list.has_value());
    EXPECT_EQ(list->at(2)->value, 2);
}

TEST(JsonRead, ChecksWithoutReading) {
    EXPECT_TRUE(json::check_json(" {\"a\":[1,2,{}]} ").has_value());
    EXPECT_FALSE(json::check_json("{\"a\":[1,2,{}}").has_value());
    EXPECT_FALSE(json::check_json("").has_value());
    EXPECT_FALSE(json::check_json(std::string(100, '[')).has_value());
}

TEST(JsonRead, NamesProblems) {
    EXPECT_EQ(name_of(json::Problem::syntax), "syntax");
    EXPECT_EQ(name_of(json::Problem::bad_value), "bad_value");
}

}  // namespace
