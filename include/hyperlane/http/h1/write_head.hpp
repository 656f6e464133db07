#pragma once

/// Writing a message head into a buffer that is known to be large enough, and the checks that keep CR, LF and NUL out
/// of it.

#include <hyperlane/http/status.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hyperlane::http::h1 {

/// A non-empty token (RFC 9110 5.1).
[[nodiscard]] bool is_valid_field_name(std::string_view name) noexcept;

/// VCHAR, SP, HTAB and bytes above 127 only, and no whitespace at either end (RFC 9110 5.5). Every setter of a field
/// value and of a reason phrase asks this: it is what stops response splitting.
[[nodiscard]] bool is_valid_field_value(std::string_view value) noexcept;

inline char* write_text(char* out, std::string_view text) noexcept {
    const char* from = text.data();
    const std::size_t size = text.size();
    // Short texts, which nearly all are, take two moves that overlap instead of a call.
    if (size >= 16 && size <= 32) {
        std::memcpy(out, from, 16);
        std::memcpy(out + size - 16, from + size - 16, 16);
    } else if (size >= 8 && size < 16) {
        std::memcpy(out, from, 8);
        std::memcpy(out + size - 8, from + size - 8, 8);
    } else if (size > 0) {  // memcpy may not be given a null pointer
        std::memcpy(out, from, size);
    }
    return out + size;
}

inline constexpr std::size_t max_decimal_bytes = 20;

/// "000102…99": a division costs more than looking it up.
inline constexpr std::array<char, 200> two_digits = [] {
    std::array<char, 200> digits{};
    for (std::size_t i = 0; i < 100; ++i) {
        digits[2 * i] = static_cast<char>('0' + i / 10);
        digits[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return digits;
}();

char* write_long_decimal(char* out, std::uint64_t number) noexcept;

/// returns  the end of what was written, at most `max_decimal_bytes` on
[[gnu::always_inline]] inline char* write_decimal(char* out, std::uint64_t number) noexcept {
    if (number >= 100) return write_long_decimal(out, number);
    if (number >= 10) return std::copy_n(two_digits.data() + 2 * number, 2, out);
    *out = static_cast<char>('0' + number);
    return out + 1;
}

/// "Name: value\r\n"; takes `name.size() + value.size() + field_overhead_bytes`.
inline constexpr std::size_t field_overhead_bytes = 4;
inline char* write_field(char* out, std::string_view name, std::string_view value) noexcept {
    out = write_text(out, name);
    *out++ = ':';
    *out++ = ' ';
    out = write_text(out, value);
    *out++ = '\r';
    *out++ = '\n';
    return out;
}

/// "HTTP/1.1 200 OK\r\n"; takes at most `status_line_overhead_bytes` and the reason.
///
/// in       `status` has three digits; `reason` is empty for the registered one, else passes `is_valid_field_value`
/// returns  the end of what was written
inline constexpr std::size_t status_line_overhead_bytes = 64;
char* write_status_line(char* out, int status, std::string_view reason = {}) noexcept;

}  // namespace hyperlane::http::h1
