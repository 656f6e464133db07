#include "base64.hpp"

#include <array>
#include <cstdint>

namespace hyperlane::json {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 64;

constexpr auto digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}();

char digit(std::uint32_t bits) { return alphabet[bits & 63]; }

}  // namespace

char* write_base64(std::span<const std::byte> bytes, char* out) noexcept {
    const auto byte = [bytes](std::size_t i) { return i < bytes.size() ? static_cast<std::uint32_t>(bytes[i]) : 0; };
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        *out++ = digit(bits >> 18);
        *out++ = digit(bits >> 12);
        *out++ = i + 1 < bytes.size() ? digit(bits >> 6) : '=';
        *out++ = i + 2 < bytes.size() ? digit(bits) : '=';
    }
    return out;
}

bool parse_base64(std::string_view text, std::vector<std::byte>& out) {
    out.clear();
    if (text.size() % 4 != 0) return false;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const std::string_view digits = text.substr(0, text.size() - padding);
    out.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    int bit_count = 0;
    for (const char c : digits) {
        const std::uint8_t value = digit_values[static_cast<unsigned char>(c)];
        if (value == no_digit) return false;
        bits = bits << 6 | value;
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            out.push_back(static_cast<std::byte>(bits >> bit_count));
            bits &= (1U << bit_count) - 1;
        }
    }
    return bits == 0;
}

}  // namespace hyperlane::json
