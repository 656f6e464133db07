#include <hyperlane/json/read.hpp>
#include <hyperlane/json/value.hpp>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace read_errors_test {

enum class Color : int { red, green };

struct Circle {
    double radius = 0;
};
struct Square {
    double side = 0;
};

struct Leaf {
    int number = 0;
    std::string text;
};

struct All {
    Leaf leaf;
    std::vector<Leaf> list;
    std::array<int, 2> array{};
    std::tuple<int, std::string> tuple;
    std::set<int> set;
    std::map<std::string, int> map;
    std::map<int, Leaf> numbered;
    std::optional<Leaf> optional;
    std::unique_ptr<Leaf> owned;
    std::variant<Circle, Square> shape;
    Color color = Color::red;
};

struct Strict {
    int one = 0;
    int two = 0;
    int three = 0;
};

TEST(JsonReadErrors, AByteOrderMarkIsNamed_Rfc8259_8_1) {
    for (const std::string_view text : {"\xEF\xBB\xBF{}", "\xEF\xBB\xBF[1]", "\xEF\xBB\xBF\"x\"", "\xEF\xBB\xBF"}) {
        const auto read = hyperlane::from_json<Leaf>(text);
        ASSERT_FALSE(read);
        EXPECT_TRUE(read.error().message.starts_with("the text begins with a byte order mark")) << read.error().message;
        EXPECT_TRUE(read.error().is_syntax());
        EXPECT_TRUE(
            hyperlane::json::check_json(text).error().message.starts_with("the text begins with a byte order mark"));
    }
    EXPECT_TRUE(hyperlane::json::check_json(std::string_view("\xFF\xFE[\0]\0", 6))
                    .error()
                    .message.starts_with("this is UTF-16"));
    EXPECT_TRUE(hyperlane::json::check_json("\"\xEF\xBB\xBF\"")) << "inside of a text it is a character";
}

}  // namespace read_errors_test

template <>
inline constexpr auto hyperlane::json::options<read_errors_test::Strict> =
    hyperlane::json::Type<read_errors_test::Strict>().refuse_unknown_members();

namespace hyperlane::json {
namespace {

using namespace read_errors_test;

template <typename T>
std::string errors_of(std::string_view text, std::size_t most = 32) {
    T value{};
    const ReadOptions options;
    const std::vector<ReadError> errors = read_json(text, &value, type_info<T>(), options, most);
    std::string result;
    for (const ReadError& each : errors) result += each.pointer + " " + std::string(name_of(each.problem)) + "\n";

    T again{};
    const std::vector<ReadError> first = read_json(text, &again, type_info<T>(), options);
    EXPECT_EQ(first.size(), errors.empty() ? 0U : 1U);
    EXPECT_TRUE(errors.empty() || errors.front() == first.front());
    return result;
}

constexpr std::string_view all_right = R"({"leaf":{"number":1,"text":"a"},"list":[{"number":1,"text":"a"},
    {"number":2,"text":"b"}],"array":[1,2],"tuple":[1,"a"],"set":[1,2],"map":{"a":1,"b":2},
    "numbered":{"1":{"number":1,"text":"a"}},"optional":{"number":1,"text":"a"},"owned":{"number":1,"text":"a"},
    "shape":{"type":"Circle","radius":1.5},"color":"green"})";

TEST(JsonReadErrors, AreNoneForTheRightShape) { EXPECT_EQ(errors_of<All>(all_right), ""); }

TEST(JsonReadErrors, AreCollectedFromEveryContainer) {
    EXPECT_EQ(errors_of<All>(R"({"leaf":{"number":"1","text":2},"list":[{"number":1.5,"text":"a"},7,
        {"number":{"a":[1,{}]},"text":[]}],"array":[true,"2"],"tuple":["1",1],"set":[1,"x",3,null],
        "map":{"a":"1","b/c":[2],"d":3},"numbered":{"x":{"number":1,"text":"a"},"2":{"number":null,"text":"a"}},
        "optional":{"number":"","text":"a"},"owned":{"number":1,"text":null},
        "shape":{"type":"Circle","radius":"x"},"color":"blue"})"),
              "/leaf/number wrong_type\n/leaf/text wrong_type\n"
              "/list/0/number wrong_type\n/list/1 wrong_type\n/list/2/number wrong_type\n/list/2/text wrong_type\n"
              "/array/0 wrong_type\n/array/1 wrong_type\n/tuple/0 wrong_type\n/tuple/1 wrong_type\n"
              "/set/1 wrong_type\n/set/3 wrong_type\n/map/a wrong_type\n/map/b~1c wrong_type\n"
              "/numbered/x bad_value\n/numbered/2/number wrong_type\n/optional/number wrong_type\n"
              "/owned/text wrong_type\n/shape/radius wrong_type\n/color bad_value\n");
}

TEST(JsonReadErrors, NameAllMissingUnknownAndRepeatedMembers) {
    EXPECT_EQ(errors_of<Strict>(R"({"four":[{"one":1}],"two":2,"two":"3","f\u0069ve":5})"),
              "/four unknown_member\n/two duplicate_key\n/five unknown_member\n/one missing_member\n"
              "/three missing_member\n");
    EXPECT_EQ(errors_of<std::vector<Leaf>>(R"([{},{"text":1}])"),
              "/0/number missing_member\n/0/text missing_member\n/1/text wrong_type\n/1/number missing_member\n");
}

TEST(JsonReadErrors, TellALengthThatIsWrongBesideWhatIsInside) {
    using Lists = std::vector<std::array<int, 2>>;
    EXPECT_EQ(errors_of<Lists>(R"([[1,"x",3],[1],["a","b"],[1,2]])"),
              "/0/1 wrong_type\n/0 bad_value\n/1 bad_value\n/2/0 wrong_type\n/2/1 wrong_type\n");
    using Tuples = std::vector<std::tuple<int, int>>;
    EXPECT_EQ(errors_of<Tuples>(R"([[null,1,{}],[]])"), "/0/0 wrong_type\n/0 bad_value\n/1 bad_value\n");
}

TEST(JsonReadErrors, AreBounded) {
    std::string text = "[";
    for (int i = 0; i < 1000; ++i) text += "{\"number\":\"x\",\"text\":1},";
    text.back() = ']';
    EXPECT_EQ(errors_of<std::vector<Leaf>>(text, 3),
              "/0/number wrong_type\n/0/text wrong_type\n/1/number wrong_type\n");
    Strict value;
    EXPECT_EQ(read_json("{}", &value, type_info<Strict>(), {}, 2).size(), 2U);
}

TEST(JsonReadErrors, AreOneWhenTheTextIsNoJson) {
    EXPECT_EQ(errors_of<std::vector<Leaf>>(R"([{"number":"x"},{"text":1},])"), "/2 syntax\n");
    EXPECT_EQ(errors_of<std::vector<Leaf>>("[{\"number\":\"x\"},\"\xFF\"]"), "/1 utf8\n");
}

// `errors_of` expects the first error to be the one that is told alone.
TEST(JsonReadErrors, BeginWithTheOneThatIsToldAlone) {
    std::string one_wrong(all_right);
    one_wrong.replace(one_wrong.find("green"), 5, "blue");
    std::size_t several = 0;
    for (std::size_t at = 0; at < one_wrong.size(); ++at) {
        for (const std::string_view put : {"", "0", "null", "\"\"", "[]", "{}", ",", "}", "x", "true,"}) {
            std::string text = one_wrong;
            const std::string errors = errors_of<All>(text.replace(at, 1, put));
            several += errors.find('\n') + 1 < errors.size() ? 1 : 0;
        }
    }
    EXPECT_GT(several, 10U);
}

// Whatever is put in the place of a leaf, that leaf is named, and no other.
TEST(JsonReadErrors, NameJustTheLeavesThatAreWrong) {
    std::mt19937 random(7);
    const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    const char* const wrong[] = {"null",    "[1,[2],{\"a\":\"}\"}]", "{\"x\":[\"]\\\"\"]}", "true", "1.5", "[]",
                                 "\"\\\\\""};
    for (int round = 0; round < 500; ++round) {
        std::string text = "{";
        std::string expected;
        const std::size_t entries = 1 + pick(4);
        for (std::size_t entry = 0; entry < entries; ++entry) {
            const std::string key = "k" + std::to_string(entry);
            text += (entry == 0 ? "" : ", ") + ('"' + key + "\": [");
            const std::size_t elements = pick(5);
            for (std::size_t element = 0; element < elements; ++element) {
                const bool bad = pick(3) == 0;
                text += (element == 0 ? "" : " ,") + (bad ? std::string(wrong[pick(7)]) : std::to_string(element));
                if (bad) expected += '/' + key + '/' + std::to_string(element) + " wrong_type\n";
            }
            text += ']';
        }
        text += '}';
        using Lists = std::map<std::string, std::vector<int>>;
        EXPECT_EQ(errors_of<Lists>(text, 100), expected) << text;
    }
}

}  // namespace
}  // namespace hyperlane::json
