#pragma once

/// Strings as JSON writes them: quoted, escaped, and checked for UTF-8. Most strings are ASCII with nothing to escape,
/// and short: those are checked and copied in one or two blocks.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace hyperlane::json {

/// The most characters that one character of input takes ("\u0000").
inline constexpr std::size_t longest_escape = 6;

/// Copies `in` with what must be escaped, up to the end or to `out_limit`, whichever comes first.
struct EscapeStep {
    const char* in;  ///< how far the input was taken; nullptr when it is not UTF-8
    char* out;
};
[[nodiscard]] EscapeStep write_escaped(const char* in, const char* in_end, char* out, const char* out_limit) noexcept;

/// Text that needs no second look: ASCII without control characters, quotes and backslashes.
[[nodiscard]] inline bool is_plain(char c) noexcept {
    return static_cast<unsigned char>(c - 0x20) < 0x60 && c != '"' && c != '\\';
}

template <typename T>
[[nodiscard]] T load(const char* in) noexcept {
    T value;
    std::memcpy(&value, in, sizeof(value));
    return value;
}

inline constexpr std::size_t block_bytes = 16;

#if defined(__SSE2__)

using Block = __m128i;

[[nodiscard]] inline Block load_block(const char* in) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(in));
}
[[nodiscard]] inline Block make_block(std::uint64_t low, std::uint64_t high) noexcept {
    return _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
}
inline void store_block(char* out, Block block) noexcept { _mm_storeu_si128(reinterpret_cast<__m128i*>(out), block); }

// As signed numbers, bytes beyond ASCII are below zero, hence below 0x20 too.
[[nodiscard]] inline std::uint32_t special_bytes(Block block) noexcept {
    const Block special = _mm_or_si128(
        _mm_cmplt_epi8(block, _mm_set1_epi8(0x20)),
        _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(special));
}

#else

struct Block {
    char bytes[block_bytes];
};

[[nodiscard]] inline Block load_block(const char* in) noexcept { return load<Block>(in); }
[[nodiscard]] inline Block make_block(std::uint64_t low, std::uint64_t high) noexcept {
    Block block;
    std::memcpy(block.bytes, &low, sizeof(low));
    std::memcpy(block.bytes + sizeof(low), &high, sizeof(high));
    return block;
}
inline void store_block(char* out, const Block& block) noexcept { std::memcpy(out, block.bytes, block_bytes); }
[[nodiscard]] inline std::uint32_t special_bytes(const Block& block) noexcept {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < block_bytes; ++i) mask |= is_plain(block.bytes[i]) ? 0 : 1U << i;
    return mask;
}

#endif

/// How many bytes of the block come before the first that is not copied as it is.
[[nodiscard]] inline std::size_t plain_prefix(const Block& block) noexcept {
    return static_cast<std::size_t>(std::countr_zero(special_bytes(block) | 1U << block_bytes));
}

/// Copies at most `block_bytes` of text by two words that overlap. Room for `count` bytes is enough.
///
/// returns  false, with anything in `out`, unless all of it is plain
[[nodiscard, gnu::always_inline]] inline bool copy_plain_short(const char* in, std::size_t count, char* out) noexcept {
    if (count >= 8) {
        const auto head = load<std::uint64_t>(in);
        const auto tail = load<std::uint64_t>(in + count - 8);
        std::memcpy(out, &head, 8);
        std::memcpy(out + count - 8, &tail, 8);
        return special_bytes(make_block(head, tail)) == 0;
    }
    if (count >= 4) {
        const auto head = load<std::uint32_t>(in);
        const auto tail = load<std::uint32_t>(in + count - 4);
        std::memcpy(out, &head, 4);
        std::memcpy(out + count - 4, &tail, 4);
        const std::uint64_t both = std::uint64_t{tail} << 32 | head;
        return special_bytes(make_block(both, both)) == 0;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (!is_plain(in[i])) return false;
        out[i] = in[i];
    }
    return true;
}

}  // namespace hyperlane::json
