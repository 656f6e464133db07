#pragma once

/// Finding the end of a run of harmless bytes: the inner loops of the head parser, 16 or 32 bytes at a time.
///
/// `scan<Class>(p, end)` gives the first byte at or after `p` at which `Class` stops, or `end`, and reads nothing
/// outside [p, end). `scan_padded<Class>(p, end)` may read `scan_padding_bytes` from `end` on; a result at or behind
/// `end` says that nothing before `end` stops. SSE2 (AVX2 if compiled for it) or NEON, else eight bytes at a time in a
/// plain register; define HYPERLANE_NO_SIMD to choose the latter. `portable::scan` is there in every build, for the
/// test that compares the two.

#include <hyperlane/http/chars.hpp>
#include "words.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if !defined(HYPERLANE_NO_SIMD)
#if defined(__AVX2__)
#include <immintrin.h>
#define HYPERLANE_SCAN_AVX2 1
#elif defined(__SSE2__)
#include <emmintrin.h>
#define HYPERLANE_SCAN_SSE2 1
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#define HYPERLANE_SCAN_NEON 1
#endif
#endif

namespace hyperlane::http::h1 {

/// What must be readable behind the end of a padded text; its content does not matter.
inline constexpr std::size_t scan_padding_bytes = 64;

// Where each class stops. Every `Lanes` below has one `stops` for each of them.

/// Controls other than HTAB: in a field value and a reason phrase.
struct ValueClass {
    static bool stops(unsigned char c) noexcept { return (c < 0x20 && c != '\t') || c == 0x7f; }
};

/// Controls, space, DEL, non-ASCII, and what the parser looks at itself: "#", "%" and "?".
struct TargetClass {
    static bool stops(unsigned char c) noexcept { return c <= 0x20 || c >= 0x7f || c == '#' || c == '%' || c == '?'; }
};

/// All but letters, digits, "-" and ".": nearly every field name and host is made of these. What stops here may still
/// be a tchar.
struct NameClass {
    static bool stops(unsigned char c) noexcept {
        const auto letter = static_cast<unsigned char>((c | 0x20u) - 'a');
        const auto digit = static_cast<unsigned char>(c - '-');  // '-' '.' '/' '0'..'9'
        return letter > 25 && (digit > 12 || c == '/');
    }
};

namespace portable {

/// Eight bytes in one register. The top bit of each byte of a mask says whether that byte stops.
struct Lanes {
    static constexpr std::ptrdiff_t width = 8;
    using Word = std::uint64_t;

    static constexpr Word ones = 0x0101010101010101u;
    static constexpr Word tops = 0x8080808080808080u;
    static constexpr Word sevens = ~tops;

    static Word load(const char* p) noexcept {
        Word word;
        std::memcpy(&word, p, sizeof word);
        return word;
    }
    static std::ptrdiff_t first(Word mask) noexcept {
        const int bits = std::endian::native == std::endian::little ? lowest_bit(mask) : std::countl_zero(mask);
        return bits / 8;
    }

    // Exact for every byte: additions never carry into the next byte, because the top bits are cleared first.
    static Word at_least(Word w, unsigned char bound) noexcept {  // bytes of 0..127 that are >= bound, bound in 1..128
        return ((w & sevens) + (128u - bound) * ones) & tops;
    }
    static Word equal(Word w, unsigned char c) noexcept {
        return ~(((w ^ (c * ones)) & sevens) + sevens) & ~(w ^ (c * ones)) & tops;
    }

    static Word stops(ValueClass, Word w) noexcept {
        const Word control = ~(at_least(w, 0x20) | w) & tops;
        return (control & ~equal(w, '\t')) | equal(w, 0x7f);
    }
    static Word stops(TargetClass, Word w) noexcept {
        const Word plain = at_least(w, 0x21) & ~at_least(w, 0x7f) & ~w & tops;
        return (~plain & tops) | equal(w, '#') | equal(w, '%') | equal(w, '?');
    }
    static Word stops(NameClass, Word w) noexcept {
        const Word folded = w | (0x20u * ones);
        const Word letter = at_least(folded, 'a') & ~at_least(folded, 'z' + 1);
        const Word digit = at_least(w, '-') & ~at_least(w, '9' + 1) & ~equal(w, '/');
        return (~(letter | digit) | w) & tops;
    }
};

}  // namespace portable

#if defined(HYPERLANE_SCAN_SSE2)

struct Lanes {
    static constexpr std::ptrdiff_t width = 16;
    using Word = __m128i;

    static Word load(const char* p) noexcept { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }
    static std::ptrdiff_t first(std::uint32_t mask) noexcept { return lowest_bit(mask); }
    static Word all(int c) noexcept { return _mm_set1_epi8(static_cast<char>(c)); }
    static Word equal(Word w, int c) noexcept { return _mm_cmpeq_epi8(w, all(c)); }
    static Word at_most(Word w, int bound) noexcept { return _mm_cmpeq_epi8(_mm_min_epu8(w, all(bound)), w); }
    // Moved up until `last` is 127, the largest signed byte: one comparison is enough then.
    static Word in_range(Word w, int first, int last) noexcept {
        return _mm_cmpgt_epi8(_mm_add_epi8(w, all(127 - last)), all(127 - last + first - 1));
    }
    static std::uint32_t mask(Word w) noexcept { return static_cast<std::uint32_t>(_mm_movemask_epi8(w)); }

    static std::uint32_t stops(ValueClass, Word w) noexcept {
        return mask(_mm_or_si128(_mm_andnot_si128(equal(w, '\t'), at_most(w, 0x1f)), equal(w, 0x7f)));
    }
    static std::uint32_t stops(TargetClass, Word w) noexcept {
        // Signed, and one higher: DEL becomes negative, as what is above 127 is.
        const Word visible = _mm_cmpgt_epi8(_mm_add_epi8(w, all(1)), all(0x21));
        const Word marks = _mm_or_si128(_mm_or_si128(equal(w, '#'), equal(w, '%')), equal(w, '?'));
        return mask(_mm_andnot_si128(marks, visible)) ^ 0xffffu;
    }
    static std::uint32_t stops(NameClass, Word w) noexcept {
        const Word letter = in_range(_mm_or_si128(w, all(0x20)), 'a', 'z');
        const Word digit = _mm_andnot_si128(equal(w, '/'), in_range(w, '-', '9'));
        return mask(_mm_or_si128(letter, digit)) ^ 0xffffu;
    }
};

#elif defined(HYPERLANE_SCAN_AVX2)

struct Lanes {
    static constexpr std::ptrdiff_t width = 32;
    using Word = __m256i;

    static Word load(const char* p) noexcept { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
    static std::ptrdiff_t first(std::uint32_t mask) noexcept { return lowest_bit(mask); }
    static Word all(int c) noexcept { return _mm256_set1_epi8(static_cast<char>(c)); }
    static Word equal(Word w, int c) noexcept { return _mm256_cmpeq_epi8(w, all(c)); }
    static Word at_most(Word w, int bound) noexcept { return _mm256_cmpeq_epi8(_mm256_min_epu8(w, all(bound)), w); }
    static std::uint32_t mask(Word w) noexcept { return static_cast<std::uint32_t>(_mm256_movemask_epi8(w)); }

    static std::uint32_t stops(ValueClass, Word w) noexcept {
        return mask(_mm256_or_si256(_mm256_andnot_si256(equal(w, '\t'), at_most(w, 0x1f)), equal(w, 0x7f)));
    }
    static std::uint32_t stops(TargetClass, Word w) noexcept {
        // Signed: what is above 127 counts as below 0x21.
        const Word low = _mm256_cmpgt_epi8(all(0x21), w);
        const Word marks = _mm256_or_si256(_mm256_or_si256(equal(w, '#'), equal(w, '%')), equal(w, '?'));
        return mask(_mm256_or_si256(_mm256_or_si256(low, equal(w, 0x7f)), marks));
    }
    static std::uint32_t stops(NameClass, Word w) noexcept {
        const Word letter = at_most(_mm256_sub_epi8(_mm256_or_si256(w, all(0x20)), all('a')), 25);
        const Word digit = _mm256_andnot_si256(equal(w, '/'), at_most(_mm256_sub_epi8(w, all('-')), 12));
        return ~mask(_mm256_or_si256(letter, digit));
    }
};

#elif defined(HYPERLANE_SCAN_NEON)

struct Lanes {
    static constexpr std::ptrdiff_t width = 16;
    using Word = uint8x16_t;

    static Word load(const char* p) noexcept { return vld1q_u8(reinterpret_cast<const std::uint8_t*>(p)); }
    static std::ptrdiff_t first(std::uint64_t mask) noexcept { return lowest_bit(mask) / 4; }
    static Word equal(Word w, std::uint8_t c) noexcept { return vceqq_u8(w, vdupq_n_u8(c)); }
    static Word at_most(Word w, std::uint8_t bound) noexcept { return vcleq_u8(w, vdupq_n_u8(bound)); }

    // NEON has no movemask: narrowing each pair of bytes by four bits leaves four bits for every byte.
    static std::uint64_t mask(Word w) noexcept {
        return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(w), 4)), 0);
    }

    static std::uint64_t stops(ValueClass, Word w) noexcept {
        return mask(vorrq_u8(vbicq_u8(at_most(w, 0x1f), equal(w, '\t')), equal(w, 0x7f)));
    }
    static std::uint64_t stops(TargetClass, Word w) noexcept {
        const Word outside = vorrq_u8(at_most(w, 0x20), vcgeq_u8(w, vdupq_n_u8(0x7f)));
        return mask(vorrq_u8(vorrq_u8(outside, equal(w, '#')), vorrq_u8(equal(w, '%'), equal(w, '?'))));
    }
    static std::uint64_t stops(NameClass, Word w) noexcept {
        const Word letter = at_most(vsubq_u8(vorrq_u8(w, vdupq_n_u8(0x20)), vdupq_n_u8('a')), 25);
        const Word digit = vbicq_u8(at_most(vsubq_u8(w, vdupq_n_u8('-')), 12), equal(w, '/'));
        return ~mask(vorrq_u8(letter, digit));
    }
};

#else

using portable::Lanes;

#endif

namespace detail {

template <typename ChosenLanes, typename Class>
[[nodiscard]] inline const char* scan_with(const char* p, const char* end) noexcept {
    for (; end - p >= ChosenLanes::width; p += ChosenLanes::width) {
        if (const auto mask = ChosenLanes::stops(Class{}, ChosenLanes::load(p)); mask != 0) {
            return p + ChosenLanes::first(mask);
        }
    }
    while (p < end && !Class::stops(static_cast<unsigned char>(*p))) ++p;
    return p;
}

template <typename ChosenLanes, typename Class>
[[nodiscard, gnu::noinline]] const char* scan_padded_on(const char* p, const char* end) noexcept {
    for (; p < end; p += ChosenLanes::width) {
        if (const auto mask = ChosenLanes::stops(Class{}, ChosenLanes::load(p)); mask != 0) {
            return p + ChosenLanes::first(mask);
        }
    }
    return p;
}

// Nearly all runs end within the first block: it is looked at in place, whatever `end` is, and without a loop around
// it, so that no constants are moved into registers ahead.
template <typename ChosenLanes, typename Class>
[[nodiscard, gnu::always_inline]] inline const char* scan_padded_with(const char* p, const char* end) noexcept {
    if (const auto mask = ChosenLanes::stops(Class{}, ChosenLanes::load(p)); mask != 0) [[likely]] {
        return p + ChosenLanes::first(mask);
    }
    return scan_padded_on<ChosenLanes, Class>(p + ChosenLanes::width, end);
}

}  // namespace detail

template <typename Class>
[[nodiscard]] inline const char* scan(const char* p, const char* end) noexcept {
    return detail::scan_with<Lanes, Class>(p, end);
}

/// in  `p <= end`
template <typename Class>
[[nodiscard]] inline const char* scan_padded(const char* p, const char* end) noexcept {
    return detail::scan_padded_with<Lanes, Class>(p, end);
}

namespace portable {

template <typename Class>
[[nodiscard]] inline const char* scan(const char* p, const char* end) noexcept {
    return detail::scan_with<Lanes, Class>(p, end);
}

template <typename Class>
[[nodiscard]] inline const char* scan_padded(const char* p, const char* end) noexcept {
    return detail::scan_padded_with<Lanes, Class>(p, end);
}

}  // namespace portable
}  // namespace hyperlane::http::h1
