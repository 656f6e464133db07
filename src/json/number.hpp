#pragma once

/// Numbers of JSON (RFC 8259 section 6).

#include <cstddef>
#include <cstdint>

namespace hyperlane::json {

/// What a number consists of, as it stands in the text.
struct NumberText {
    const char* begin = nullptr;
    const char* end = nullptr;
    std::uint64_t digits = 0;      ///< all digits of integer and fraction as one integer, modulo 2^64
    std::int64_t digit_count = 0;  ///< without leading zeros; 19 and fewer cannot have overflowed
    std::int64_t exponent = 0;     ///< the number is digits * 10^exponent
    bool negative = false;
    bool is_integer = true;  ///< no fraction and no exponent

    /// |number| in 64 bits, if `is_integer`; false when there are too many digits.
    [[nodiscard]] bool magnitude(std::uint64_t& out) const noexcept;
};

/// Parse the number that starts at `at`; what follows it is left alone. False when there is no number.
[[nodiscard]] bool parse_number(const char* at, const char* end, NumberText& out) noexcept;

/// Powers of ten and integers that the type holds exactly.
template <typename T>
struct Exact;
template <>
struct Exact<double> {
    static constexpr double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    static constexpr std::uint64_t integers = std::uint64_t{1} << 53;
};
template <>
struct Exact<float> {
    static constexpr float powers[] = {1e0F, 1e1F, 1e2F, 1e3F, 1e4F, 1e5F, 1e6F, 1e7F, 1e8F, 1e9F, 1e10F};
    static constexpr std::uint64_t integers = std::uint64_t{1} << 24;
};

/// A number of up to 15 digits without an exponent that ends at `limit`, as most are. False for all others.
inline bool parse_short_real(const char* at, const char* limit, double& out) noexcept {
    const bool negative = *at == '-';
    if (negative) ++at;
    const std::ptrdiff_t length = limit - at;
    if (length < 1 || length > 16 || (*at == '0' && length > 1 && at[1] != '.')) return false;
    const char* point = nullptr;
    std::uint64_t digits = 0;
    for (const char* c = at; c < limit; ++c) {
        const auto digit = static_cast<unsigned char>(*c - '0');
        if (digit <= 9) {
            digits = digits * 10 + digit;
        } else if (*c == '.' && point == nullptr && c != at && c + 1 != limit) {
            point = c;
        } else {
            return false;
        }
    }
    if (point == nullptr && length > 15) return false;
    // One operation on two exact operands rounds correctly (Clinger 1990).
    const double magnitude =
        static_cast<double>(digits) / Exact<double>::powers[point == nullptr ? 0 : limit - point - 1];
    out = negative ? -magnitude : magnitude;
    return true;
}

/// The nearest double or float; false when it is out of range. Numbers too small to be told from zero become zero.
[[nodiscard]] bool to_real(const NumberText& number, double& out) noexcept;
[[nodiscard]] bool to_real(const NumberText& number, float& out) noexcept;

}  // namespace hyperlane::json
