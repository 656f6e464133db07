#pragma once

/// One field line, as heads and trailer sections have them (RFC 9112 section 5). Internal to the codec.

#include <hyperlane/http/head.hpp>
#include "scan.hpp"

namespace hyperlane::http::h1 {

struct FieldLine {
    const char* name_end;
    const char* value;
    const char* value_end;
    const char* next;  // behind the CRLF
};

/// What is wrong with the byte that ended a run of permitted ones?
inline HeadError error_of_line_byte(char c, HeadError otherwise) noexcept {
    if (c == '\r') return HeadError::bare_cr;
    if (c == '\n') return HeadError::bare_lf;
    return otherwise;
}

inline HeadError error_of_name(const char* line, const char* stop) noexcept {
    if (stop == line && is_ows(*stop)) return HeadError::folded_line;
    if (is_ows(*stop)) return HeadError::space_before_colon;
    return *stop == '\n' ? HeadError::bare_lf : HeadError::bad_field_name;  // "no colon\r\n" too
}

/// Whether `scan_padding_bytes` behind the end may be read.
enum class Padding : bool { absent, present };

template <typename Class, Padding padding>
[[gnu::always_inline]] inline const char* scan_with_padding(const char* p, const char* end) noexcept {
    if constexpr (padding == Padding::present) return scan_padded<Class>(p, end);
    return scan<Class>(p, end);
}

/// The end of a token: the first byte that is no tchar, or something at or behind `end`.
template <Padding padding>
[[gnu::always_inline]] inline const char* scan_token(const char* p, const char* end) noexcept {
    p = scan_with_padding<NameClass, padding>(p, end);
    if constexpr (padding == Padding::present) {
        if (*p == ':') [[likely]]
            return p;  // behind `end` at worst
    }
    while (p < end && is(*p, token_char)) ++p;
    return p;
}

/// `incomplete` only if every byte before `end` could still begin a good line.
template <Padding padding>
[[gnu::always_inline]] inline HeadError parse_field_line(const char* p, const char* end, FieldLine& line) noexcept {
    const char* colon = scan_token<padding>(p, end);
    if (colon >= end) [[unlikely]]
        return HeadError::incomplete;
    if (*colon != ':') [[unlikely]]
        return error_of_name(p, colon);
    if (colon == p) [[unlikely]]
        return HeadError::bad_field_name;
    const char* value = colon + 1;
    if (value < end && *value == ' ') [[likely]]
        ++value;
    while (value < end && is_ows(*value)) [[unlikely]]
        ++value;
    const char* stop = scan_with_padding<ValueClass, padding>(value, end);
    if (end - stop < 2) [[unlikely]] {
        if (stop >= end || *stop == '\r') return HeadError::incomplete;
        return error_of_line_byte(*stop, HeadError::bad_field_value);
    }
    if (stop[0] != '\r' || stop[1] != '\n') [[unlikely]]
        return error_of_line_byte(*stop, HeadError::bad_field_value);
    line.name_end = colon;
    line.value = value;
    line.next = stop + 2;
    while (stop > value && is_ows(stop[-1])) --stop;
    line.value_end = stop;
    return HeadError::none;
}

}  // namespace hyperlane::http::h1
