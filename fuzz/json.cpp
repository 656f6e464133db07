/// Any bytes as JSON. What is accepted must survive writing and reading, and simdjson's own parser must agree on what
/// is JSON at all, up to the two choices this reader makes otherwise: integers beyond 64 bits become reals, and
/// halves of surrogate pairs are refused.

#include <hyperlane/json/patch.hpp>
#include <hyperlane/json/read.hpp>
#include <hyperlane/json/value.hpp>
#include <hyperlane/json/write.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <simdjson.h>

namespace {

namespace json = hyperlane::json;

enum class Color : int { red, green };

struct Leaf {
    int number = 0;
    std::optional<std::string> text;
};

struct Record {
    std::vector<Leaf> leaves;
    std::map<std::string, double> numbers;
    std::optional<std::variant<Leaf, bool, std::string>> choice;
    std::optional<Color> color;
    std::optional<json::Bytes> bytes;
    json::Patch<json::Value> any;
};

void require(bool holds, const char* what) {
    if (holds) return;
    std::fputs(what, stderr);
    std::abort();
}

bool has_large_real(const json::Value& value) {
    const double magnitude = value.kind() == json::ValueKind::real ? value.get_or(0.0) : 0.0;
    if (magnitude >= 9.2e18 || magnitude <= -9.2e18) return true;
    for (const json::Value& element : value.elements()) {
        if (has_large_real(element)) return true;
    }
    for (const json::Value::Member& member : value.members()) {
        if (has_large_real(member.value)) return true;
    }
    return false;
}

bool simdjson_accepts(std::string_view text) {
    static simdjson::dom::parser parser;
    simdjson::dom::element element;
    return parser.parse(text.data(), text.size()).get(element) == simdjson::SUCCESS;
}

template <typename T>
void check_error(std::string_view text, const std::expected<T, json::ReadError>& read) {
    if (read) return;
    require(read.error().offset <= text.size(), "the error lies outside of the text");
    require(!read.error().to_string().empty(), "the error has no words");
}

void check_value(std::string_view text) {
    const auto value = hyperlane::from_json<json::Value>(text, {.max_depth = 1000});
    check_error(text, value);
    const auto checked = json::check_json(text, {.max_depth = 1000});
    if (!value) {
        const json::Problem problem = value.error().problem;
        if (problem == json::Problem::syntax) require(!simdjson_accepts(text), "simdjson accepts what is refused");
        require(checked.has_value() == (problem == json::Problem::out_of_range),
                "reader and checker disagree on an error");
        return;
    }
    require(checked.has_value(), "reader and checker disagree");
    require(simdjson_accepts(text) || has_large_real(*value), "simdjson refuses what is accepted");
    const auto written = hyperlane::to_json(*value, {.max_depth = 1024});
    require(written.has_value(), "what was read cannot be written");
    const auto again = hyperlane::from_json<json::Value>(*written, {.max_depth = 1000});
    require(again.has_value() && *again == *value, "writing and reading changes the value");
}

void check_record(std::string_view text) {
    const auto record = hyperlane::from_json<Record>(text);
    check_error(text, record);
    if (!record) return;
    const auto written = hyperlane::to_json(*record);
    require(written.has_value(), "a record that was read cannot be written");
    const auto again = hyperlane::from_json<Record>(*written);
    require(again.has_value() && hyperlane::to_json(*again).value() == *written,
            "writing and reading changes a record");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_value(text);
    check_record(text);
    return 0;
}
