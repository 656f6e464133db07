#pragma once

/// Reading text eight bytes at a time, for the hash tables of the router. The first byte of the text is the lowest of
/// the word. Nothing is read outside of the text (BM_StaticPath and BM_Parameter in bench/router_bench.cpp).

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hyperlane::web {

inline constexpr std::uint64_t low_bits = 0x0101010101010101;
inline constexpr std::uint64_t high_bits = 0x8080808080808080;

inline std::uint64_t load_word(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
}

/// Up to seven bytes, zero-padded.
inline std::uint64_t load_short(const char* at, std::size_t size) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < size; ++i) word |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
    return word;
}

/// The high bit of each byte of `word` that is `c`; exact up to the lowest such byte.
inline std::uint64_t find_byte(std::uint64_t word, char c) noexcept {
    const auto difference = word ^ (low_bits * static_cast<unsigned char>(c));
    return (difference - low_bits) & ~difference & high_bits;
}

inline std::uint64_t mix(std::uint64_t state, std::uint64_t word) noexcept {
    state = (state ^ word) * 0x9E3779B97F4A7C15;
    return state ^ (state >> 32);
}

/// One segment of a path, found and hashed in one pass.
struct ScannedSegment {
    const char* begin;
    const char* end;
    std::uint64_t first_word;  // its first eight bytes, zero-padded
    std::uint64_t hash;

    [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(end - begin); }
    [[nodiscard]] std::string_view text() const noexcept { return {begin, end}; }
};

/// The rest of a segment whose first eight bytes hold no separator.
template <char Separator>
[[gnu::noinline]] ScannedSegment scan_long_segment(const char* path, const char* begin, const char* end,
                                                   std::uint64_t hash, std::uint64_t first_word) noexcept;

/// At most seven bytes from `at` to the end of the path. Where there are eight bytes before the end, these, shifted,
/// are cheaper than a loop; the shift is done in two, as one by 64 would be undefined.
inline std::uint64_t load_last(const char* path, const char* at, const char* end) noexcept {
    const auto left = static_cast<std::size_t>(end - at);
    if (end - path < 8) return load_short(at, left);
    return load_word(end - 8) >> 1 >> (63 - 8 * left);
}

/// Read [at, end) up to the separator, in a path that starts at `path`. Inlined by force: its result then stays in
/// registers, which halves the instructions of a step.
template <char Separator>
[[gnu::always_inline]] inline ScannedSegment scan_segment(const char* path, const char* at, const char* end,
                                                          std::uint64_t seed) noexcept {
    const auto left = static_cast<std::size_t>(end - at);
    std::uint64_t word = 0;
    std::uint64_t stops = 0;
    if (left >= 8) {
        word = load_word(at);
        stops = find_byte(word, Separator);
        if (stops == 0) return scan_long_segment<Separator>(path, at, end, mix(seed, word), word);
    } else {
        word = load_last(path, at, end);
        stops = find_byte(word, Separator) | std::uint64_t{0x80} << (8 * left);
    }
    word &= (stops ^ (stops - 1)) >> 8;  // the bytes below the lowest stop
    return {.begin = at, .end = at + std::countr_zero(stops) / 8, .first_word = word, .hash = mix(seed, word)};
}

template <char Separator>
ScannedSegment scan_long_segment(const char* path, const char* begin, const char* end, std::uint64_t hash,
                                 std::uint64_t first_word) noexcept {
    for (const char* at = begin + 8;; at += 8) {
        const auto left = static_cast<std::size_t>(end - at);
        const auto word = left >= 8 ? load_word(at) : load_last(path, at, end);
        auto stops = find_byte(word, Separator);
        if (left < 8) stops |= std::uint64_t{0x80} << (8 * left);
        if (stops == 0) {
            hash = mix(hash, word);
            continue;
        }
        const auto last = word & (stops ^ (stops - 1)) >> 8;
        return {
            .begin = begin, .end = at + std::countr_zero(stops) / 8, .first_word = first_word, .hash = mix(hash, last)};
    }
}

struct ScannedPath {
    std::uint64_t hash;
    bool has_percent;
};

inline ScannedPath scan_path(std::string_view path, std::uint64_t seed) noexcept {
    const char* at = path.data();
    const char* const end = at + path.size();
    auto hash = seed + path.size();
    if (path.size() < 8) {
        const auto word = load_short(at, path.size());
        return {mix(hash, word), find_byte(word, '%') != 0};
    }
    std::uint64_t percents = 0;
    for (; end - at > 8; at += 8) {
        const auto word = load_word(at);
        percents |= find_byte(word, '%');
        hash = mix(hash, word);
    }
    const auto word = load_word(end - 8);
    return {mix(hash, word), (percents | find_byte(word, '%')) != 0};
}

}  // namespace hyperlane::web
