#pragma once

/// What the tests of an API's document share.

#include <hyperlane/typed.hpp>
#include "web/support.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace openapi_a {

enum class Color : int { red, green };
struct User {
    int id = 0;
};

}  // namespace openapi_a

namespace openapi_b {

struct User {
    std::string name;
};

}  // namespace openapi_b

namespace openapi_types {

struct Kinds {
    bool boolean = false;
    std::int8_t tiny = 0;
    std::int32_t medium = 0;
    std::int64_t large = 0;
    std::uint8_t byte = 0;
    std::uint64_t huge = 0;
    float narrow = 0;
    double wide = 0;
    std::string text;
    hyperlane::json::Bytes bytes;
    hyperlane::json::Value anything;
    std::chrono::sys_seconds time;
    openapi_a::Color color = openapi_a::Color::red;
    std::optional<int> maybe;
    std::optional<openapi_a::Color> maybe_color;
    std::vector<std::string> list;
    std::pair<int, std::string> pair;
    std::map<std::string, int> map;
    std::map<int, bool> numbered;
    std::map<openapi_a::Color, int> colored;
};

struct Node {
    std::string name;
    std::vector<Node> children;
    std::unique_ptr<Node> next;
};

struct Leaf {
    int value = 0;
};
struct Branch {
    std::vector<std::variant<Leaf, Branch>> children;
};

struct Circle {
    double radius = 0;
};
struct Square {
    double side = 0;
};
using Shape = std::variant<Circle, Square>;
struct Drawing {
    std::vector<Shape> shapes;
    std::variant<int, std::string> either;
};

inline bool is_even(const int& number) { return number % 2 == 0; }
struct Ruled {
    int count = 0;
    double ratio = 0;
    std::string name;
    std::string code;
    std::string mail;
    std::string size;
    std::optional<int> level;
    std::vector<std::string> tags;
    std::map<std::string, int> scores;
    hyperlane::json::Bytes key;
    std::string exotic;
};
inline bool fits(const Ruled& ruled) { return ruled.count < 10; }

template <typename T>
struct Page {
    std::vector<T> items;
    int total = 0;
};

struct Filter {
    std::optional<int> limit;
    std::vector<openapi_a::Color> color;
    std::string text;
};

}  // namespace openapi_types

template <>
inline constexpr auto hyperlane::json::options<openapi_types::Branch> =
    hyperlane::json::Type<openapi_types::Branch>().refuse_unknown_members();
template <>
inline constexpr auto hyperlane::json::options<openapi_types::Square> =
    hyperlane::json::Type<openapi_types::Square>().refuse_unknown_members();
template <>
inline constexpr auto hyperlane::json::options<openapi_types::Filter> =
    hyperlane::json::Type<openapi_types::Filter>()
        .with_default<&openapi_types::Filter::color>()
        .max<&openapi_types::Filter::limit>(100);
template <>
inline constexpr auto hyperlane::json::options<openapi_types::Ruled> =
    hyperlane::json::Type<openapi_types::Ruled>()
        .min<&openapi_types::Ruled::count>(1)
        .max<&openapi_types::Ruled::count>(9)
        .satisfies<&openapi_types::Ruled::count, openapi_types::is_even>("must be even")
        .above<&openapi_types::Ruled::ratio>(0.5)
        .below<&openapi_types::Ruled::ratio>(1)
        .length<&openapi_types::Ruled::name>(2, 80)
        .pattern<&openapi_types::Ruled::code>("[a-z]+|[0-9]+")
        .email<&openapi_types::Ruled::mail>()
        .one_of<&openapi_types::Ruled::size>("s", "m", "l")
        .one_of<&openapi_types::Ruled::level>(1, 2)
        .items<&openapi_types::Ruled::tags>(1, 5)
        .unique<&openapi_types::Ruled::tags>()
        .length<&openapi_types::Ruled::tags>(1)
        .items<&openapi_types::Ruled::scores>(0, 3)
        .max<&openapi_types::Ruled::scores>(10)
        .length<&openapi_types::Ruled::key>(16, 32)
        .pattern<&openapi_types::Ruled::exotic>("(?i)abc")
        .refuse_unknown_members()
        .check<openapi_types::fits>("count must fit");

namespace hyperlane::testing {

using json::Value;

inline Value parsed(std::string_view text) {
    auto value = from_json<Value>(text);
    EXPECT_TRUE(value) << text;
    return value ? *std::move(value) : Value();
}

inline const Value& at(const Value& value, std::string_view pointer) {
    static const Value nothing;
    const Value* found = value.at_pointer(pointer);
    return found == nullptr ? nothing : *found;
}

inline void expect_json(const Value& value, std::string_view expected) {
    EXPECT_EQ(value, parsed(expected)) << to_json(value).value();
}

}  // namespace hyperlane::testing
