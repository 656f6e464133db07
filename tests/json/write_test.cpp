#include <hyperlane/json/write.hpp>
#include <hyperlane/json/value.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace write_test {

namespace json = hyperlane::json;

struct Inner {
    int a = 1;
    std::string_view text = "view";
};

enum class Level : std::int8_t { low = -128, off = 0, very_high = 127 };
enum Plain : unsigned char { plain_zero, plain_top = 255 };

struct Everything {
    bool flag = true;
    std::int8_t tiny = -128;
    std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
    float real32 = 0.1F;
    double real64 = 0.1;
    std::string text = "t";
    std::optional<int> none;
    std::optional<int> some = 5;
    std::vector<Inner> inners = {{}};
    std::array<int, 2> pair = {1, 2};
    std::map<std::string, int> map = {{"k", 1}};
    std::map<int, int> by_number = {{-1, 2}};
    std::tuple<int, std::string> tuple = {1, "x"};
    Level level = Level::very_high;
    std::unique_ptr<Inner> pointer;
    std::nullptr_t nothing = nullptr;
    json::Bytes bytes;
};

struct Renamed {
    std::string first_name = "A";
    std::string _private_part_ = "B";
    std::string quoted = "C";
    void* ignored = nullptr;
    std::optional<int> empty;
};

struct Ring {
    std::shared_ptr<Ring> next;
};

template <typename T>
struct Generic {
    T item;
    std::optional<T> next_item;
};

struct A {};
struct B {
    int b = 1;
};

}  // namespace write_test

using namespace hyperlane;
using namespace write_test;

template <>
inline constexpr auto json::options<Renamed> = json::Type<Renamed>()
                                                   .rename_all(json::Case::camel)
                                                   .rename<&Renamed::quoted>("quo\"te\\d\n")
                                                   .ignore<&Renamed::ignored>()
                                                   .omit_null();
template <>
inline constexpr auto json::options<Level> =
    json::Type<Level>().rename_all(json::Case::kebab).rename<Level::off>("OFF");
template <typename T>
inline constexpr auto json::options<Generic<T>> =
    json::Type<Generic<T>>().template rename<&Generic<T>::next_item>("next");

namespace {

template <typename T>
std::string write(const T& value, const json::WriteOptions& options = {}) {
    auto written = to_json(value, options);
    return written ? *written : written.error().message;
}

TEST(JsonWrite, WritesEveryKindOfMember) {
    EXPECT_EQ(
        write(Everything()),
        R"({"flag":true,"tiny":-128,"huge":18446744073709551615,"real32":0.1,"real64":0.1,"text":"t","none":null,)"
        R"("some":5,"inners":[{"a":1,"text":"view"}],"pair":[1,2],"map":{"k":1},"by_number":{"-1":2},"tuple":[1,"x"],)"
        R"("level":"very-high","pointer":null,"nothing":null,"bytes":""})");
}

TEST(JsonWrite, FollowsTheOptions) {
    EXPECT_EQ(write(Renamed()), "{\"firstName\":\"A\",\"_privatePart\":\"B\",\"quo\\\"te\\\\d\\u000a\":\"C\"}");
    EXPECT_EQ(write(Generic<int>{1, 2}), R"({"item":1,"next":2})");
    EXPECT_EQ(write(Level::off), "\"OFF\"");
    EXPECT_EQ(write(Level::low), "\"low\"");
    EXPECT_EQ(write(plain_top), "\"plain_top\"");
}

TEST(JsonWrite, WritesLocalTypes) {
    struct Local {
        int number;
        struct {
            bool inner;
        } nested;
    };
    EXPECT_EQ(write(Local{5, {true}}), R"({"number":5,"nested":{"inner":true}})");
}

TEST(JsonWrite, IndentsForPeople) {
    const json::Value value = json::Value::object(
        {{"a", 1}, {"b", json::Value::array({1, "x"})}, {"c", json::Value::array()}, {"d", json::Value::object()}});
    const std::string expected = R"({
  "a": 1,
  "b": [
    1,
    "x"
  ],
  "c": [],
  "d": {}
})";
    EXPECT_EQ(write(value, json::pretty), expected);
    EXPECT_EQ(write(Inner(), json::pretty), "{\n  \"a\": 1,\n  \"text\": \"view\"\n}");
    EXPECT_EQ(write(std::map<int, int>{{1, 2}}, {.indent = 1}), "{\n \"1\": 2\n}");
    EXPECT_EQ(write(A(), json::pretty), "{}");
    EXPECT_EQ(write(std::variant<A, B>(B()), json::pretty), "{\n  \"type\": \"B\",\n  \"b\": 1\n}");
}

TEST(JsonWrite, EscapesWhatMustBeEscaped_Rfc8259_7) {
    for (int c = 0; c < 0x80; ++c) {
        for (std::size_t before = 0; before < 40; ++before) {
            std::string expected;
            switch (c) {
                case '"': expected = "\\\""; break;
                case '\\': expected = "\\\\"; break;
                case '\b': expected = "\\b"; break;
                case '\f': expected = "\\f"; break;
                case '\n': expected = "\\n"; break;
                case '\r': expected = "\\r"; break;
                case '\t': expected = "\\t"; break;
                default:
                    expected = std::string(1, static_cast<char>(c));
                    if (c < 0x20) expected = std::string("\\u00") + "01"[c >> 4] + "0123456789abcdef"[c & 15];
            }
            const std::string filler(before, 'x');
            const std::string text = filler + static_cast<char>(c) + filler;
            ASSERT_EQ(write(text), '"' + filler + expected + filler + '"') << c << " at " << before;
        }
    }
}

TEST(JsonWrite, CopiesTextBeyondAscii) {
    for (const std::string_view text :
         {"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80",
          "\xC2\x80", "\xE0\xA0\x80", "\xF0\x90\x80\x80", "\x7F"}) {
        for (std::size_t before = 0; before < 20; ++before) {
            const std::string whole =
                std::string(before, 'x') + std::string(text) + std::string(before, 'y') + std::string(text);
            ASSERT_EQ(write(whole), '"' + whole + '"');
        }
    }
}

TEST(JsonWrite, RefusesTextThatIsNotUtf8_Rfc3629_3) {
    for (const std::string_view text :
         {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE0\xA0", "\xED\xA0\x80",
          "\xEF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        for (std::size_t before = 0; before < 20; ++before) {
            const std::string whole = std::string(before, 'x') + std::string(text);
            ASSERT_FALSE(to_json(whole).has_value()) << before;
            ASSERT_FALSE(to_json(whole + std::string(20, 'y')).has_value()) << before;
        }
    }
    EXPECT_EQ(write(std::map<std::string, std::vector<std::string>>{{"a/b", {"", "\xFF"}}}),
              "JSON: /a~1b/1: this text is not UTF-8");
}

TEST(JsonWrite, WritesTheShortestNumbersThatReadBack) {
    EXPECT_EQ(write(0.1), "0.1");
    EXPECT_EQ(write(1.0), "1");
    EXPECT_EQ(write(-0.0), "-0");
    EXPECT_EQ(write(1e300), "1e+300");
    EXPECT_EQ(write(5e-324), "5e-324");
    EXPECT_EQ(write(0.1F), "0.1");
    EXPECT_EQ(write(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(write(std::uint8_t{255}), "255");
}

TEST(JsonWrite, RefusesNumbersThatJsonLacks_Rfc8259_6) {
    EXPECT_EQ(write(std::vector<double>{1, std::nan("")}), "JSON: /1: JSON has no infinity and no NaN");
    EXPECT_FALSE(to_json(std::numeric_limits<double>::infinity()).has_value());
    EXPECT_FALSE(to_json(-std::numeric_limits<float>::infinity()).has_value());
    EXPECT_FALSE(to_json(json::Value(std::nan(""))).has_value());
}

TEST(JsonWrite, RefusesEnumValuesWithoutAName) {
    EXPECT_EQ(write(static_cast<Level>(5)), "JSON: Level has no enumerator 5");
    EXPECT_EQ(write(std::vector{static_cast<Plain>(7)}), "JSON: /0: Plain has no enumerator 7");
}

TEST(JsonWrite, WritesTimes_Rfc3339_5_6) {
    using namespace std::chrono;
    EXPECT_EQ(write(sys_seconds()), "\"1970-01-01T00:00:00Z\"");
    EXPECT_EQ(write(sys_time<milliseconds>(milliseconds(-1))), "\"1969-12-31T23:59:59.999Z\"");
    EXPECT_EQ(write(sys_time<microseconds>(microseconds(1))), "\"1970-01-01T00:00:00.000001Z\"");
    EXPECT_EQ(write(sys_time<nanoseconds>(nanoseconds(1'500'000'000))), "\"1970-01-01T00:00:01.500000000Z\"");
    EXPECT_EQ(write(sys_days(2024y / February / 29d)), "\"2024-02-29T00:00:00Z\"");
    EXPECT_EQ(write(sys_seconds(sys_days(0y / January / 1d))), "\"0000-01-01T00:00:00Z\"");
    EXPECT_EQ(write(sys_seconds(sys_days(9999y / December / 31d)) + seconds(86399)), "\"9999-12-31T23:59:59Z\"");
    EXPECT_FALSE(to_json(sys_seconds(sys_days(9999y / December / 31d)) + seconds(86400)).has_value());
    EXPECT_FALSE(to_json(sys_seconds(sys_days(0y / January / 1d)) - seconds(1)).has_value());
    EXPECT_FALSE(to_json(sys_seconds::max()).has_value());
    EXPECT_FALSE(to_json(sys_seconds::min()).has_value());
}

TEST(JsonWrite, WritesContainers) {
    EXPECT_EQ(write(std::vector<bool>{true, false}), "[true,false]");
    EXPECT_EQ(write(std::list<int>{1, 2}), "[1,2]");
    EXPECT_EQ(write(std::set<std::string>{"b", "a"}), R"(["a","b"])");
    EXPECT_EQ(write(std::span<const int>(std::array{1, 2})), "[1,2]");
    EXPECT_EQ(write(std::pair(1, false)), "[1,false]");
    EXPECT_EQ(write(std::map<std::string_view, int>{{"\"", 1}}), R"({"\"":1})");
    EXPECT_EQ(write(std::unordered_map<Level, int>{{Level::off, 1}}), R"({"OFF":1})");
    EXPECT_EQ(write(std::variant<std::monostate, int, std::string>("x")), "\"x\"");
    EXPECT_EQ(write(std::variant<std::monostate, int, std::string>()), "null");
    EXPECT_EQ(write(std::variant<A, B>(A())), R"({"type":"A"})");
}

TEST(JsonWrite, EndsARingOfPointers) {
    auto ring = std::make_shared<Ring>();
    ring->next = ring;
    const auto written = to_json(*ring);
    ASSERT_FALSE(written.has_value());
    EXPECT_TRUE(written.error().message.ends_with("arrays and objects are nested too deeply"));
    ring->next.reset();
    EXPECT_FALSE(to_json(std::vector<std::vector<int>>{{}}, {.max_depth = 1}).has_value());
    EXPECT_TRUE(to_json(std::vector<std::vector<int>>{{}}, {.max_depth = 2}).has_value());
}

Everything make_everything() {
    Everything all;
    all.text = "quote \" and \x01 and \xF0\x9F\x98\x80 at the end\n";
    all.inners.resize(3);
    all.pointer = std::make_unique<Inner>();
    all.bytes = {std::byte{1}, std::byte{2}};
    return all;
}

// Whatever the room, the text is the same or the sink is full; and what just fits does fit.
TEST(JsonWrite, FillsABufferOfEverySize) {
    const Everything all = make_everything();
    for (const json::WriteOptions& options : {json::WriteOptions(), json::pretty}) {
        const std::string whole = to_json(all, options).value();
        for (std::size_t size = 0; size <= whole.size() + 50; ++size) {
            std::vector<char> memory(size);  // watched by ASan
            json::SpanSink sink(memory);
            const Result<> written = write_json(sink, all, options);
            EXPECT_EQ(written.has_value(), size >= whole.size()) << size;
            if (written) {
                EXPECT_EQ(sink.text(), whole);
            } else {
                EXPECT_EQ(written.error().code, ErrorCode::too_large);
                EXPECT_TRUE(whole.starts_with(sink.text()));
            }
        }
    }
}

TEST(JsonWrite, AppendsToAString) {
    std::string text = "data: ";
    {
        json::StringSink sink(text);
        ASSERT_TRUE(write_json(sink, 5).has_value());
        ASSERT_TRUE(write_json(sink, std::string(1000, 'x')).has_value());
    }
    EXPECT_EQ(text, "data: 5\"" + std::string(1000, 'x') + '"');
}

// A sink that gives out as little as it may.
class StingySink final : public json::Sink {
public:
    std::string text() { return all_.substr(0, used()); }

private:
    std::size_t used() const { return static_cast<std::size_t>(next_ - all_.data()); }
    bool grow(std::size_t bytes) override {
        const std::size_t now = next_ == nullptr ? 0 : used();
        all_.resize(now + bytes);
        next_ = all_.data() + now;
        end_ = next_ + bytes;
        return true;
    }
    std::string all_;
};

TEST(JsonWrite, GrowsByAsLittleAsTheSinkGives) {
    const Everything all = make_everything();
    StingySink sink;
    ASSERT_TRUE(write_json(sink, all).has_value());
    EXPECT_EQ(sink.text(), to_json(all).value());
}

}  // namespace
