#include <hyperlane/json/value.hpp>
#include <hyperlane/json/read.hpp>
#include <hyperlane/json/write.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using hyperlane::from_json;
using hyperlane::to_json;
using hyperlane::json::Value;
using hyperlane::json::ValueKind;

namespace {

Value parse(std::string_view text) {
    auto value = from_json<Value>(text);
    EXPECT_TRUE(value.has_value()) << text;
    return value ? *value : Value();
}

TEST(JsonValue, IsMadeFromWhatItHolds) {
    EXPECT_EQ(Value().kind(), ValueKind::null);
    EXPECT_EQ(Value(nullptr).kind(), ValueKind::null);
    EXPECT_EQ(Value(true).kind(), ValueKind::boolean);
    EXPECT_EQ(Value(5).kind(), ValueKind::integer);
    EXPECT_EQ(Value(5U).kind(), ValueKind::integer);
    EXPECT_EQ(Value(std::numeric_limits<std::uint64_t>::max()).kind(), ValueKind::unsigned_integer);
    EXPECT_EQ(Value(0.5).kind(), ValueKind::real);
    EXPECT_EQ(Value("text").kind(), ValueKind::string);
    EXPECT_EQ(Value(std::string("text")).kind(), ValueKind::string);
    EXPECT_EQ(Value(std::string_view("text")).kind(), ValueKind::string);
}

TEST(JsonValue, TellsArraysAndObjectsApart) {
    EXPECT_EQ(to_json(Value::array({"a", 1})).value(), R"(["a",1])");
    EXPECT_EQ(to_json(Value::object({{"a", 1}})).value(), R"({"a":1})");
    EXPECT_EQ(to_json(Value::array({Value::array({"a", 1})})).value(), R"([["a",1]])");
    EXPECT_EQ(to_json(Value::array({Value::array()})).value(), "[[]]");
    EXPECT_EQ(to_json(Value::array()).value(), "[]");
    EXPECT_EQ(to_json(Value::object()).value(), "{}");
    EXPECT_EQ(to_json(Value::object({{"k", 1}, {"l", 2}, {"k", 3}})).value(), R"({"k":3,"l":2})");
}

TEST(JsonValue, GivesItsContentOnlyAsWhatFits) {
    EXPECT_EQ(Value(300).get<std::uint8_t>(), std::nullopt);
    EXPECT_EQ(Value(-1).get<unsigned>(), std::nullopt);
    EXPECT_EQ(Value(200).get<std::uint8_t>(), 200);
    EXPECT_EQ(Value(7).get<double>(), 7.0);
    EXPECT_EQ(Value(7.5).get<int>(), std::nullopt);
    EXPECT_EQ(Value(true).get<int>(), std::nullopt);
    EXPECT_EQ(Value(true).get<bool>(), true);
    EXPECT_EQ(Value("x").get<std::string>(), "x");
    EXPECT_EQ(Value("x").get<std::string_view>(), "x");
    EXPECT_EQ(Value("x").get<int>(), std::nullopt);
    EXPECT_EQ(Value().get_or(5), 5);
    EXPECT_EQ(Value(std::numeric_limits<std::uint64_t>::max()).get<std::int64_t>(), std::nullopt);
    EXPECT_EQ(Value(std::numeric_limits<std::uint64_t>::max()).get<std::uint64_t>(),
              std::numeric_limits<std::uint64_t>::max());
}

TEST(JsonValue, IsReadByKeyAndIndexWithoutChanging) {
    const Value value = parse(R"({"user":{"tags":["a","b"]},"n":1})");
    EXPECT_EQ(value["user"]["tags"][1].get<std::string_view>(), "b");
    EXPECT_TRUE(value["user"]["tags"][2].is_null());
    EXPECT_TRUE(value["no"]["such"][7]["path"].is_null());
    EXPECT_TRUE(value["n"]["x"].is_null());
    EXPECT_EQ(value.size(), 2U);
    EXPECT_EQ(value.members()[1].key, "n");
    EXPECT_EQ(value["user"]["tags"].elements().size(), 2U);
    EXPECT_TRUE(value["n"].elements().empty());
    EXPECT_TRUE(value["n"].members().empty());
}

TEST(JsonValue, IsChangedBySetPushBackAndErase) {
    Value value;
    value.set("a", 1).set("ignored", 2);
    EXPECT_EQ(to_json(value).value(), R"({"a":{"ignored":2}})");
    value.set("a", Value::array());
    value.find("a")->push_back(1);
    value.find("a")->push_back("two");
    value.set("b", nullptr);
    EXPECT_EQ(to_json(value).value(), R"({"a":[1,"two"],"b":null})");
    EXPECT_TRUE(value.find("a")->erase(0));
    EXPECT_FALSE(value.find("a")->erase(5));
    EXPECT_TRUE(value.erase("b"));
    EXPECT_FALSE(value.erase("b"));
    EXPECT_EQ(to_json(value).value(), R"({"a":["two"]})");
}

TEST(JsonValue, SurvivesAssignmentFromItsOwnParts) {
    Value value = parse(R"({"a":{"b":[1,{"c":"deep"}]}})");
    value = Value(value["a"]["b"]);
    EXPECT_EQ(to_json(value).value(), R"([1,{"c":"deep"}])");
    value = std::move(*value.find(1));
    EXPECT_EQ(to_json(value).value(), R"({"c":"deep"})");
    const Value& part = value["c"];
    value = part;
    EXPECT_EQ(to_json(value).value(), R"("deep")");
    Value& self = value;
    value = self;
    EXPECT_EQ(to_json(value).value(), R"("deep")");
    value = std::move(self);
    EXPECT_EQ(to_json(value).value(), R"("deep")");
    Value array = Value::array({1, 2});
    array.push_back(array);
    EXPECT_EQ(to_json(array).value(), "[1,2,[1,2]]");
}

TEST(JsonValue, FollowsJsonPointers_Rfc6901_5) {
    const Value value =
        parse(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");
    EXPECT_EQ(value.at_pointer(""), &value);
    EXPECT_EQ(*value.at_pointer("/foo"), Value::array({"bar", "baz"}));
    EXPECT_EQ(*value.at_pointer("/foo/0"), Value("bar"));
    EXPECT_EQ(*value.at_pointer("/"), Value(0));
    EXPECT_EQ(*value.at_pointer("/a~1b"), Value(1));
    EXPECT_EQ(*value.at_pointer("/c%d"), Value(2));
    EXPECT_EQ(*value.at_pointer("/i\\j"), Value(5));
    EXPECT_EQ(*value.at_pointer("/k\"l"), Value(6));
    EXPECT_EQ(*value.at_pointer("/ "), Value(7));
    EXPECT_EQ(*value.at_pointer("/m~0n"), Value(8));
    for (const std::string_view wrong : {"foo", "/foo/2", "/foo/-", "/foo/01", "/foo/ 0", "/foo/0/x", "/x", "/m~n",
                                         "/m~2n", "/m~", "//", "/foo/", "/foo/99999999999999999999999"}) {
        EXPECT_EQ(value.at_pointer(wrong), nullptr) << wrong;
    }
}

TEST(JsonValue, ComparesNumbersByTheirValue) {
    EXPECT_EQ(Value(1), Value(1.0));
    EXPECT_EQ(Value(1U), Value(1));
    EXPECT_EQ(Value(0), Value(-0.0));
    EXPECT_NE(Value(1), Value(1.5));
    EXPECT_NE(Value(9007199254740993), Value(9007199254740992.0)) << "converting the integer would round";
    EXPECT_NE(Value(std::numeric_limits<std::uint64_t>::max()), Value(-1));
    EXPECT_NE(Value(std::numeric_limits<std::uint64_t>::max()), Value(18446744073709551616.0));
    EXPECT_NE(Value(std::numeric_limits<std::int64_t>::max()), Value(9223372036854775808.0));
    EXPECT_EQ(Value(std::numeric_limits<std::int64_t>::min()), Value(-9223372036854775808.0));
    EXPECT_EQ(Value(std::uint64_t{1} << 63), Value(9223372036854775808.0));
    EXPECT_NE(Value(1), Value(std::numeric_limits<double>::quiet_NaN()));
    EXPECT_NE(Value(1), Value(true));
    EXPECT_NE(Value("1"), Value(1));
}

TEST(JsonValue, ComparesObjectsInAnyOrder) {
    EXPECT_EQ(parse(R"({"a":1,"b":[{"c":2}]})"), parse(R"({"b":[{"c":2}],"a":1})"));
    EXPECT_NE(parse(R"({"a":1,"b":2})"), parse(R"({"a":1,"c":2})"));
    EXPECT_NE(parse(R"({"a":1})"), parse(R"({"a":1,"b":2})"));
    EXPECT_NE(parse("[1,2]"), parse("[2,1]"));
    Value one = Value::object();
    Value two = Value::object();
    for (int i = 0; i < 100; ++i) {
        one.set("key" + std::to_string(i), i);
        two.set("key" + std::to_string(99 - i), 99 - i);
    }
    EXPECT_EQ(one, two);
    two.set("key50", 0);
    EXPECT_NE(one, two);
}

TEST(JsonValue, ComparesDeepObjectsInLinearTime) {
    std::string one = "0";
    std::string two = "1";
    for (int i = 0; i < 60; ++i) {
        one = R"({"a":0,"b":)" + one + "}";
        two = R"({"b":)" + two + R"(,"a":0})";
    }
    EXPECT_NE(parse(one), parse(two));
}

TEST(JsonValue, LetsTheLastOfEqualKeysWin) {
    EXPECT_EQ(to_json(parse(R"({"a":1,"b":2,"a":3})")).value(), R"({"a":3,"b":2})");
    const auto refused = from_json<Value>(R"({"x":{"a":1,"b":2,"\u0061":3}})", {.refuse_duplicate_keys = true});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().to_string(), "/x/a: this key has been there before (line 1, column 19)");
    std::string many = "{";
    for (int i = 0; i < 200'000; ++i) many += "\"k" + std::to_string(i % 100'000) + "\":" + std::to_string(i) + ",";
    many += "\"end\":0}";
    const Value value = parse(many);
    EXPECT_EQ(value.size(), 100'001U);
    EXPECT_EQ(value.members()[7].value, Value(100'007));
    EXPECT_EQ(value.members().back().key, "end");
}

TEST(JsonValue, ReadsNumbersAsWhatTheyAre) {
    EXPECT_EQ(parse("-9223372036854775808").kind(), ValueKind::integer);
    EXPECT_EQ(parse("9223372036854775807").kind(), ValueKind::integer);
    EXPECT_EQ(parse("9223372036854775808").kind(), ValueKind::unsigned_integer);
    EXPECT_EQ(parse("18446744073709551615").kind(), ValueKind::unsigned_integer);
    EXPECT_EQ(parse("18446744073709551616").kind(), ValueKind::real);
    EXPECT_EQ(parse("-9223372036854775809").kind(), ValueKind::real);
    EXPECT_EQ(parse("1.0").kind(), ValueKind::real);
    EXPECT_EQ(parse("1e0").kind(), ValueKind::real);
    EXPECT_FALSE(from_json<Value>("1e400").has_value());
}

TEST(JsonValue, IsWrittenAsItWasRead) {
    const std::string text = R"({"s":"\u0001\"é","i":-5,"u":18446744073709551615,"d":0.25,"t":true,"f":false,"n":null,)"
                             R"("a":[[],{},[1]],"o":{"":{}}})";
    EXPECT_EQ(to_json(parse(text)).value(), text);
    const Value copy = parse(text);
    const Value again = copy;
    EXPECT_EQ(copy, again);
    EXPECT_EQ(to_json(again).value(), text);
}

}  // namespace
