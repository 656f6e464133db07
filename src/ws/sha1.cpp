#include "ws/sha1.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace hyperlane::websocket {

namespace {

constexpr std::size_t block_bytes = 64;
using State = std::array<std::uint32_t, 5>;

void mix(State& state, const unsigned char* block) noexcept {
    std::array<std::uint32_t, 80> w;
    for (std::size_t i = 0; i < 16; ++i) {
        const unsigned char* at = block + 4 * i;
        w[i] = (std::uint32_t{at[0]} << 24) | (std::uint32_t{at[1]} << 16) | (std::uint32_t{at[2]} << 8) | at[3];
    }
    for (std::size_t i = 16; i < w.size(); ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = state;
    for (std::size_t i = 0; i < w.size(); ++i) {
        std::uint32_t f = b ^ c ^ d;
        std::uint32_t k = 0x6ED9EBA1;
        if (i < 20) {
            f = (b & c) | (~b & d);
            k = 0x5A827999;
        } else if (i >= 40 && i < 60) {
            f = (b & c) | (b & d) | (c & d);
            k = 0x8F1BBCDC;
        } else if (i >= 60) {
            k = 0xCA62C1D6;
        }
        const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    const State change{a, b, c, d, e};
    for (std::size_t i = 0; i < state.size(); ++i) state[i] += change[i];
}

}  // namespace

Sha1Digest sha1(std::string_view text) noexcept {
    State state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    const std::uint64_t bits = std::uint64_t{text.size()} * 8;
    for (; text.size() >= block_bytes; text.remove_prefix(block_bytes)) {
        mix(state, reinterpret_cast<const unsigned char*>(text.data()));
    }
    // The rest, a one bit, zeros, and the length in bits at the end of the last block.
    std::array<unsigned char, 2 * block_bytes> tail{};
    if (!text.empty()) std::memcpy(tail.data(), text.data(), text.size());
    tail[text.size()] = 0x80;
    const std::size_t end = text.size() + 9 <= block_bytes ? block_bytes : 2 * block_bytes;
    for (std::size_t i = 0; i < 8; ++i) tail[end - 1 - i] = static_cast<unsigned char>(bits >> (8 * i));
    for (std::size_t at = 0; at < end; at += block_bytes) mix(state, tail.data() + at);

    Sha1Digest digest;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
    }
    return digest;
}

}  // namespace hyperlane::websocket
