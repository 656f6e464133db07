#include <hyperlane/http/h1/write_head.hpp>
#include "field_line.hpp"

#include <charconv>

namespace hyperlane::http::h1 {

bool is_valid_field_name(std::string_view name) noexcept {
    const char* end = name.data() + name.size();
    return !name.empty() && scan_token<Padding::absent>(name.data(), end) == end;
}

bool is_valid_field_value(std::string_view value) noexcept {
    if (value.empty()) return true;
    const char* end = value.data() + value.size();
    return !is_ows(value.front()) && !is_ows(value.back()) && scan<ValueClass>(value.data(), end) == end;
}

char* write_long_decimal(char* out, std::uint64_t number) noexcept {
    return std::to_chars(out, out + max_decimal_bytes, number).ptr;
}

char* write_status_line(char* out, int status, std::string_view reason) noexcept {
    const std::string_view line = status_line(status);
    if (reason.empty() && !line.empty()) return write_text(out, line);
    out = write_text(out, "HTTP/1.1 ");
    out = write_decimal(out, static_cast<std::uint64_t>(status));
    *out++ = ' ';
    out = write_text(out, reason);
    return write_text(out, "\r\n");
}

}  // namespace hyperlane::http::h1
