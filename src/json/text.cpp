#include <hyperlane/base/utf8.hpp>
#include <hyperlane/json/classify.hpp>
#include <hyperlane/json/text.hpp>
#include "base64.hpp"
#include "number.hpp"
#include "reader.hpp"
#include "time.hpp"

#include <limits>

namespace hyperlane::json {
namespace {

bool parse_whole(std::string_view text, NumberText& number) noexcept {
    const char* const end = text.data() + text.size();
    return !text.empty() && parse_number(text.data(), end, number) && number.end == end;
}

template <typename T>
std::string read_integer(std::string_view text, void* out) {
    NumberText number;
    if (!parse_whole(text, number) || !number.is_integer) return "must be an integer";
    if (fits(number, *static_cast<T*>(out))) return {};
    return "must be an integer from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
           std::to_string(std::numeric_limits<T>::max());
}

template <typename T>
std::string read_real(std::string_view text, void* out) {
    NumberText number;
    if (!parse_whole(text, number)) return "must be a number";
    return to_real(number, *static_cast<T*>(out)) ? "" : "is too large";
}

std::string read_boolean(std::string_view text, void* out) {
    const bool yes = text == "true" || text == "1" || text == "on";  // "on": a checkbox (HTML 4.10.5.1.15)
    if (!yes && text != "false" && text != "0" && text != "off") return "must be true or false";
    *static_cast<bool*>(out) = yes;
    return {};
}

std::string read_enum(std::string_view text, void* out, const EnumInfo& info) {
    for (const Enumerator& each : info.values) {
        if (each.name != text) continue;
        info.set(out, each.value);
        return {};
    }
    return "must be one of " + list_names(info);
}

std::string read_time(std::string_view text, void* out, const TimeInfo& info) {
    std::int64_t ticks = 0;
    if (parse_time(text, info, ticks) && info.set(out, ticks)) return {};
    return "must be " + std::string(describe_time(info));
}

std::string read_bytes(std::string_view text, void* out) {
    return parse_base64(text, *static_cast<Bytes*>(out)) ? "" : "must be base64 (RFC 4648 section 4, with padding)";
}

std::string read_optional(std::string_view text, void* out, const OptionalInfo& info) {
    std::string problem = read_text(text, info.emplace(out), *info.inner);
    if (!problem.empty()) info.reset(out);
    return problem;
}

std::string read_string(std::string_view text, void* out, Kind kind) {
    if (!is_utf8(text)) return "must be UTF-8";
    if (kind == Kind::string) {
        static_cast<std::string*>(out)->assign(text);
    } else {
        *static_cast<std::string_view*>(out) = text;
    }
    return {};
}

}  // namespace

bool is_scalar(const TypeInfo& info) noexcept {
    switch (info.kind) {
        case Kind::null:
        case Kind::value:
        case Kind::list:
        case Kind::tuple:
        case Kind::map:
        case Kind::object:
        case Kind::variant: return false;
        case Kind::optional: return is_scalar(*static_cast<const OptionalInfo&>(info).inner);
        default: return true;
    }
}

std::string read_text(std::string_view text, void* object, const TypeInfo& info) {
    switch (info.kind) {
        case Kind::boolean: return read_boolean(text, object);
        case Kind::int8: return read_integer<std::int8_t>(text, object);
        case Kind::int16: return read_integer<std::int16_t>(text, object);
        case Kind::int32: return read_integer<std::int32_t>(text, object);
        case Kind::int64: return read_integer<std::int64_t>(text, object);
        case Kind::uint8: return read_integer<std::uint8_t>(text, object);
        case Kind::uint16: return read_integer<std::uint16_t>(text, object);
        case Kind::uint32: return read_integer<std::uint32_t>(text, object);
        case Kind::uint64: return read_integer<std::uint64_t>(text, object);
        case Kind::float32: return read_real<float>(text, object);
        case Kind::float64: return read_real<double>(text, object);
        case Kind::string:
        case Kind::string_view: return read_string(text, object, info.kind);
        case Kind::bytes: return read_bytes(text, object);
        case Kind::time: return read_time(text, object, static_cast<const TimeInfo&>(info));
        case Kind::enumeration: return read_enum(text, object, static_cast<const EnumInfo&>(info));
        case Kind::optional: return read_optional(text, object, static_cast<const OptionalInfo&>(info));
        default: return "cannot be given as text";
    }
}

}  // namespace hyperlane::json
