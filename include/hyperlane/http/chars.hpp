#pragma once

/// Character classes of RFC 9110, 3986 and 6265: one table, one load per question.

#include <array>
#include <cstdint>

namespace hyperlane::http {

enum CharClass : std::uint8_t {
    token_char = 1,        ///< tchar, RFC 9110 5.6.2
    reg_name_char = 2,     ///< unreserved and sub-delims, RFC 3986 3.2.2 (pct-encoded is looked at apart)
    unreserved_char = 4,   ///< RFC 3986 2.3
    path_char = 8,         ///< pchar and "/", RFC 3986 3.3, without "%"
    cookie_octet = 16,     ///< RFC 6265 4.1.1
    entity_tag_char = 32,  ///< etagc, RFC 9110 8.8.3
    hex_digit = 64,
    digit_char = 128,
};

namespace detail {

consteval std::array<std::uint8_t, 256> make_char_table() {
    std::array<std::uint8_t, 256> table{};
    const auto add = [&table](const char* characters, unsigned classes) {
        for (; *characters != '\0'; ++characters) {
            auto& entry = table[static_cast<unsigned char>(*characters)];
            entry = static_cast<std::uint8_t>(entry | classes);
        }
    };
    constexpr const char* digits = "0123456789";
    constexpr const char* letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr const char* sub_delims = "!$&'()*+,;=";
    constexpr unsigned in_names = token_char | reg_name_char | unreserved_char | path_char;
    add(digits, in_names | hex_digit | digit_char);
    add(letters, in_names);
    add("abcdefABCDEF", hex_digit);
    add("!#$%&'*+-.^_`|~", token_char);
    add("-._~", unreserved_char | reg_name_char | path_char);
    add(sub_delims, reg_name_char | path_char);
    add(":@/", path_char);
    for (unsigned c = 0x21; c < 0x7f; ++c) {
        if (c != '"') table[c] = static_cast<std::uint8_t>(table[c] | entity_tag_char);
        if (c != '"' && c != ',' && c != ';' && c != '\\')
            table[c] = static_cast<std::uint8_t>(table[c] | cookie_octet);
    }
    for (unsigned c = 0x80; c < 0x100; ++c) table[c] = static_cast<std::uint8_t>(table[c] | entity_tag_char);
    return table;
}

inline constexpr std::array<std::uint8_t, 256> char_table = make_char_table();

}  // namespace detail

[[nodiscard]] constexpr bool is(char c, CharClass wanted) noexcept {
    return (detail::char_table[static_cast<unsigned char>(c)] & wanted) != 0;
}

/// The value of a hexadecimal digit; `c` must be one.
[[nodiscard]] constexpr unsigned hex_value(char c) noexcept {
    const auto u = static_cast<unsigned char>(c);
    return u <= '9' ? u - unsigned{'0'} : (u | 0x20u) - unsigned{'a'} + 10u;
}

/// OWS, RFC 9110 5.6.3.
[[nodiscard]] constexpr bool is_ows(char c) noexcept { return c == ' ' || c == '\t'; }

/// True when every character is in the class; an empty text passes.
template <typename Text>
[[nodiscard]] constexpr bool all(const Text& text, CharClass wanted) noexcept {
    for (const char c : text) {
        if (!is(c, wanted)) return false;
    }
    return true;
}

}  // namespace hyperlane::http
