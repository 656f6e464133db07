#pragma once

/// Texts of the head parser that are compared a machine word at a time.

#include <hyperlane/http/chars.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace hyperlane::http::h1 {

template <typename Word>
[[nodiscard]] inline Word load(const char* p) noexcept {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

/// Equal in any case. `lower` has 4 to 24 letters and dashes; `text` has as many bytes, none of them a control: then
/// setting 0x20 makes nothing equal to a letter but that letter, and nothing equal to a dash but a dash.
template <std::size_t Size>
[[nodiscard]] inline bool is_same(const char* text, const char (&lower)[Size]) noexcept {
    constexpr std::size_t length = Size - 1;
    static_assert(length >= 4 && length <= 24);
    const auto same = [&]<typename Word>(std::size_t at, Word fold) {
        return (load<Word>(text + at) | fold) == load<Word>(lower + at);
    };
    constexpr std::uint64_t fold = 0x2020202020202020u;
    if constexpr (length < 8) {
        constexpr auto short_fold = static_cast<std::uint32_t>(fold);
        return same(0, short_fold) && same(length - 4, short_fold);
    } else {
        return same(0, fold) && (length <= 16 || same(8, fold)) && same(length - 8, fold);
    }
}

/// The place of the lowest set bit. There must be one: std::countr_zero asks for it, and clang then keeps the question
/// (`bench instructions --preset clang`).
[[gnu::always_inline]] inline int lowest_bit(std::uint64_t word) noexcept { return __builtin_ctzll(word); }

/// How many decimal digits `p` begins with, looking at eight bytes; 7 stands for more, too.
[[gnu::always_inline]] inline unsigned count_digits(const char* p) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        const std::uint64_t values = load<std::uint64_t>(p) ^ 0x3030303030303030u;
        // A carry reaches only bytes behind one that is no digit.
        const std::uint64_t others = ((values + 0x7676767676767676u) | values) & 0x8080808080808080u;
        return static_cast<unsigned>(lowest_bit(others | std::uint64_t{1} << 63)) / 8;
    }
    unsigned count = 0;
    while (count < 7 && is(p[count], digit_char)) ++count;
    return count;
}

/// Are these five digits at most 65535?
[[gnu::always_inline]] inline bool is_port(const char* digits) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        return std::byteswap(load<std::uint64_t>(digits)) >> 24 <= 0x3635353335u;  // "65535"
    }
    return std::memcmp(digits, "65535", 5) <= 0;
}

}  // namespace hyperlane::http::h1
