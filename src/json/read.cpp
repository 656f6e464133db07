#include <hyperlane/json/read.hpp>
#include "base64.hpp"
#include "read_error.hpp"
#include "read_value.hpp"
#include "reader.hpp"
#include "time.hpp"
#include "tokens.hpp"

#include <algorithm>
#include <limits>

namespace hyperlane::json {
namespace {

constexpr std::size_t longest_quote = 40;  // of a peer's text in a message
constexpr std::size_t most_names = 16;

}  // namespace

std::string quote(std::string_view text) {
    if (text.size() <= longest_quote) return '"' + std::string(text) + '"';
    std::size_t length = longest_quote;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
    return '"' + std::string(text.substr(0, length)) + "...\"";
}

std::string list_names(const EnumInfo& info) {
    std::string result;
    for (std::size_t i = 0; i < std::min(most_names, info.values.size()); ++i) {
        if (!result.empty()) result += ", ";
        result += '"' + std::string(info.values[i].name) + '"';
    }
    return info.values.size() > most_names ? result + ", ..." : result;
}

bool Reader::read(void* out, const TypeInfo& info) {
    switch (info.kind) {
        case Kind::string: return read_string(out);
        case Kind::int32: return read_integer<std::int32_t>(out);
        case Kind::int64: return read_integer<std::int64_t>(out);
        case Kind::float64: return read_real<double>(out);
        case Kind::boolean: return read_boolean(out);
        case Kind::object: return read_object(out, static_cast<const ObjectInfo&>(info));
        case Kind::list: return read_list(out, static_cast<const ListInfo&>(info));
        case Kind::optional: return read_optional(out, static_cast<const OptionalInfo&>(info));
        case Kind::int8: return read_integer<std::int8_t>(out);
        case Kind::int16: return read_integer<std::int16_t>(out);
        case Kind::uint8: return read_integer<std::uint8_t>(out);
        case Kind::uint16: return read_integer<std::uint16_t>(out);
        case Kind::uint32: return read_integer<std::uint32_t>(out);
        case Kind::uint64: return read_integer<std::uint64_t>(out);
        case Kind::float32: return read_real<float>(out);
        case Kind::bytes: return read_bytes(out);
        case Kind::value: return ValueReader(cursor_).read(*static_cast<Value*>(out));
        case Kind::time: return read_time(out, static_cast<const TimeInfo&>(info));
        case Kind::enumeration: return read_enum(out, static_cast<const EnumInfo&>(info));
        case Kind::tuple: return read_tuple(out, static_cast<const TupleInfo&>(info));
        case Kind::map: return read_map(out, static_cast<const MapInfo&>(info));
        case Kind::variant: return read_variant(out, static_cast<const VariantInfo&>(info));
        case Kind::null:
        case Kind::string_view: break;  // the latter does not compile as something to read
    }
    return read_null();
}

template <typename T>
bool Reader::read_integer(void* out) {
    const Cursor::Place begin = cursor_.place();
    std::uint64_t magnitude = 0;
    bool negative = false;
    if (cursor_.peek() != '\0' && cursor_.take_integer(magnitude, negative)) {
        if (fits(magnitude, negative, *static_cast<T*>(out))) [[likely]]
            return true;
        cursor_.return_to(begin);
    }
    return read_any_integer<T>(out);
}

template <typename T>
bool Reader::read_any_integer(void* out) {
    const std::size_t at = cursor_.offset();
    if (!is_number_start(cursor_.peek())) [[unlikely]]
        return cursor_.fail_type("an integer");
    NumberText number;
    if (!cursor_.number(number)) return false;
    if (!number.is_integer) [[unlikely]] {
        return cursor_.fail(Problem::wrong_type, at,
                            "expected an integer, got a number with a fraction or an exponent");
    }
    if (fits(number, *static_cast<T*>(out))) [[likely]]
        return true;
    return cursor_.fail(Problem::out_of_range, at,
                        "expected an integer from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
                            std::to_string(std::numeric_limits<T>::max()));
}

template <typename T>
bool Reader::read_real(void* out) {
    const std::size_t at = cursor_.offset();
    if (!is_number_start(cursor_.peek())) [[unlikely]]
        return cursor_.fail_type("a number");
    if constexpr (std::is_same_v<T, double>) {
        if (cursor_.take_real(*static_cast<double*>(out))) [[likely]]
            return true;
    }
    NumberText number;
    if (!cursor_.number(number)) return false;
    if (to_real(number, *static_cast<T*>(out))) [[likely]]
        return true;
    return cursor_.fail(Problem::out_of_range, at,
                        std::is_same_v<T, float> ? "this number is too large for a float" : "this number is too large");
}

bool Reader::read_boolean(void* out) {
    const char first = cursor_.peek();
    if (first != 't' && first != 'f') [[unlikely]]
        return cursor_.fail_type("a boolean");
    *static_cast<bool*>(out) = first == 't';
    return cursor_.literal(first == 't' ? "true" : "false");
}

bool Reader::read_null() { return cursor_.peek() == 'n' ? cursor_.literal("null") : cursor_.fail_type("null"); }

bool Reader::read_string(void* out) {
    if (cursor_.peek() != '"') [[unlikely]]
        return cursor_.fail_type("a string");
    RawString raw;
    if (!cursor_.string(raw)) return false;
    std::string& text = *static_cast<std::string*>(out);
    if (raw.escaped) [[unlikely]]
        return cursor_.unescape(raw, text);
    text.assign(raw.text);
    return true;
}

bool Reader::text(std::string_view expected, std::string& scratch, std::string_view& out) {
    if (cursor_.peek() != '"') [[unlikely]]
        return cursor_.fail_type(expected);
    RawString raw;
    if (!cursor_.string(raw) || (raw.escaped && !cursor_.unescape(raw, scratch))) return false;
    out = raw.escaped ? std::string_view(scratch) : raw.text;
    return true;
}

bool Reader::read_bytes(void* out) {
    const std::size_t at = cursor_.offset();
    std::string scratch;
    std::string_view digits;
    if (!text("a base64 string", scratch, digits)) return false;
    if (parse_base64(digits, *static_cast<Bytes*>(out))) return true;
    return cursor_.fail(Problem::bad_value, at, "this is not base64 (RFC 4648 section 4, with padding)");
}

bool Reader::read_time(void* out, const TimeInfo& info) {
    const std::size_t at = cursor_.offset();
    std::string scratch;
    std::string_view written;
    if (!text(describe_time(info), scratch, written)) return false;
    std::int64_t ticks = 0;
    if (parse_time(written, info, ticks) && info.set(out, ticks)) return true;
    return cursor_.fail(Problem::bad_value, at, "expected " + std::string(describe_time(info)));
}

bool Reader::read_enum(void* out, const EnumInfo& info) {
    const std::size_t at = cursor_.offset();
    std::string scratch;
    std::string_view name;
    if (!text("a string", scratch, name)) return false;
    for (const Enumerator& each : info.values) {
        if (each.name != name) continue;
        info.set(out, each.value);
        return true;
    }
    return cursor_.fail(Problem::bad_value, at, "expected one of " + list_names(info) + ", got " + quote(name));
}

bool Reader::read_optional(void* out, const OptionalInfo& info) {
    if (cursor_.peek() == 'n') {
        info.reset(out);
        return cursor_.literal("null");
    }
    return read(info.emplace(out), *info.inner);
}

std::vector<ReadError> read_json(std::string_view text, void* object, const TypeInfo& info, const ReadOptions& options,
                                 std::size_t most_errors) {
    Tokens tokens;
    if (const ScanResult scanned = tokens.scan(text); scanned != ScanResult::ok) [[unlikely]]
        return {explain_scan(text, scanned, options)};
    Cursor cursor(text, tokens.begin(), options);
    if (Reader(cursor).read(object, info) && cursor.finish()) [[likely]]
        return {};
    if (cursor.error().is_syntax()) return {cursor.error()};
    // A text that is no JSON is reported as such, even if its first part has the wrong shape as well.
    Cursor checker(text, tokens.begin(), options);
    if (!checker.check_value() || !checker.finish()) return {checker.error()};
    if (most_errors <= 1) return {cursor.error()};
    // It is read again, so that whoever sends the right shape does not pay for looking further.
    Cursor collector(text, tokens.begin(), options, most_errors);
    static_cast<void>(Reader(collector).read(object, info));
    return collector.errors();
}

std::expected<void, ReadError> check_json(std::string_view text, const ReadOptions& options) {
    Tokens tokens;
    if (const ScanResult scanned = tokens.scan(text); scanned != ScanResult::ok) {
        return std::unexpected(explain_scan(text, scanned, options));
    }
    Cursor cursor(text, tokens.begin(), options);
    if (cursor.check_value() && cursor.finish()) return {};
    return std::unexpected(cursor.error());
}

}  // namespace hyperlane::json
