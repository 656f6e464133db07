#include <hyperlane/http/field_encoding.hpp>
#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/chars.hpp>

#include <algorithm>
#include <cstddef>

namespace hyperlane::http {

namespace {

void append_escape(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 0xf];
}

bool begins_escape(std::string_view text) noexcept {
    return text.size() >= 3 && text[0] == '%' && is(text[1], hex_digit) && is(text[2], hex_digit);
}

// attr-char, RFC 8187 3.2.1: a token without what the syntax of the value itself uses.
bool is_attr_char(char c) noexcept { return is(c, token_char) && c != '*' && c != '\'' && c != '%'; }

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// What may be saved under this name, and be written as UTF-8.
std::string without_paths(std::string_view file_name) {
    std::string name(file_name);
    const bool readable = is_utf8(name);
    std::ranges::replace_if(
        name, [&](char c) { return c == '/' || c == '\\' || is_control(c) || (!readable && (c & 0x80) != 0); }, '_');
    return name;
}

// For programs that know only the old form: one "_" for each character that it cannot carry. A "%" is one of them, as
// some decode it there.
std::string as_ascii(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (is_continuation(c)) continue;
        out += (c & 0x80) != 0 || c == '"' || c == '%' ? '_' : c;
    }
    return out;
}

}  // namespace

std::string encode_uri_reference(std::string_view text) {
    constexpr std::string_view other = "?#[]";  // path characters are the rest of what a reference is made of
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is(c, path_char) || other.contains(c) || begins_escape(text.substr(i))) {
            out += c;
        } else {
            append_escape(out, c);
        }
    }
    return out;
}

std::string content_disposition(std::string_view type, std::string_view file_name) {
    const std::string name = without_paths(file_name);
    const std::string ascii = as_ascii(name);
    std::string out = std::string(type) + "; filename=\"" + ascii + '"';
    if (ascii == name) return out;
    out += "; filename*=UTF-8''";
    for (const char c : name) {
        if (is_attr_char(c)) {
            out += c;
        } else {
            append_escape(out, c);
        }
    }
    return out;
}

}  // namespace hyperlane::http
