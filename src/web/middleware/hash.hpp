#pragma once

/// Mixing bytes by multiplication: fast, well spread, no cryptography.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hyperlane::web {

/// Arbitrary odd numbers with as many ones as zeros.
inline constexpr std::uint64_t odd_1 = 0x9E3779B97F4A7C15u;
inline constexpr std::uint64_t odd_2 = 0xC2B2AE3D27D4EB4Fu;
inline constexpr std::uint64_t odd_3 = 0x165667B19E3779F9u;

__extension__ using Product = unsigned __int128;

/// Both halves of the product together: each bit of both factors reaches many bits of it.
[[nodiscard]] inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    const Product product = static_cast<Product>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// At most 8 bytes as a number.
[[nodiscard]] inline std::uint64_t load(const char* at, std::size_t bytes) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, bytes);
    return word;
}

struct Hash128 {
    std::uint64_t high;
    std::uint64_t low;
};

[[nodiscard]] inline Hash128 hash_bytes(std::string_view text, std::uint64_t seed) noexcept {
    std::uint64_t a = odd_1 ^ text.size() ^ seed;
    std::uint64_t b = odd_2 + seed;
    const char* at = text.data();
    std::size_t left = text.size();
    for (; left > 16; at += 16, left -= 16) {
        const std::uint64_t first = load(at, 8);
        const std::uint64_t second = load(at + 8, 8);
        a = fold(a ^ first, odd_2 ^ second);
        b = fold(b ^ second, odd_3 ^ first) + a;
    }
    const std::uint64_t first = left == 0 ? 0 : load(at, left < 8 ? left : 8);
    const std::uint64_t second = left > 8 ? load(at + 8, left - 8) : 0;
    a = fold(a ^ first ^ odd_3, odd_2 ^ second);
    b = fold(b ^ second ^ odd_1, odd_3 ^ first) + a;
    return {fold(a ^ odd_1, b ^ odd_2), fold(b ^ odd_3, a ^ odd_2)};
}

}  // namespace hyperlane::web
