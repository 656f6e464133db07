#include <hyperlane/ws/mask.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <random>

#if !defined(HYPERLANE_NO_SIMD)
#if defined(__SSE2__)
#include <emmintrin.h>
#define HYPERLANE_MASK_SSE2 1
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#define HYPERLANE_MASK_NEON 1
#endif
#endif

namespace hyperlane::websocket {

namespace {

// The key as it lies over bytes that begin at `offset`.
std::uint32_t turned(MaskKey key, std::size_t offset) noexcept {
    MaskKey from_here;
    for (std::size_t i = 0; i < key.size(); ++i) from_here[i] = key[(offset + i) % key.size()];
    return std::bit_cast<std::uint32_t>(from_here);
}

void mask_words(char* data, std::size_t size, std::uint32_t key) noexcept {
    const std::uint64_t both = (static_cast<std::uint64_t>(key) << 32) | key;
    for (; size >= sizeof both; data += sizeof both, size -= sizeof both) {
        std::uint64_t word;
        std::memcpy(&word, data, sizeof word);
        word ^= both;
        std::memcpy(data, &word, sizeof word);
    }
    const auto bytes = std::bit_cast<MaskKey>(key);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>(data[i] ^ bytes[i % bytes.size()]);
}

}  // namespace

namespace portable {

void apply_mask(std::span<char> data, MaskKey key, std::size_t offset) noexcept {
    mask_words(data.data(), data.size(), turned(key, offset));
}

}  // namespace portable

void apply_mask(std::span<char> data, MaskKey key, std::size_t offset) noexcept {
    const std::uint32_t word = turned(key, offset);
    char* at = data.data();
    std::size_t size = data.size();
#if defined(HYPERLANE_MASK_SSE2)
    const __m128i wide = _mm_set1_epi32(static_cast<int>(word));
    for (; size >= 16; at += 16, size -= 16) {
        auto* place = reinterpret_cast<__m128i*>(at);
        _mm_storeu_si128(place, _mm_xor_si128(_mm_loadu_si128(place), wide));
    }
#elif defined(HYPERLANE_MASK_NEON)
    const uint8x16_t wide = vreinterpretq_u8_u32(vdupq_n_u32(word));
    for (; size >= 16; at += 16, size -= 16) {
        auto* place = reinterpret_cast<std::uint8_t*>(at);
        vst1q_u8(place, veorq_u8(vld1q_u8(place), wide));
    }
#endif
    mask_words(at, size, word);
}

MaskKey random_mask_key() {
    // std::random_device is the kernel's generator; reading it once for each frame would be a system call each.
    constexpr std::size_t kept_keys = 256;
    thread_local std::array<std::uint32_t, kept_keys> keys;
    thread_local std::size_t used = kept_keys;
    if (used == kept_keys) {
        std::random_device source;
        for (std::uint32_t& key : keys) key = source();
        used = 0;
    }
    return std::bit_cast<MaskKey>(keys[used++]);
}

}  // namespace hyperlane::websocket
