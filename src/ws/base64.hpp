#pragma once

/// Base64 with padding (RFC 4648 section 4), for the keys of the handshake.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hyperlane::websocket {

/// Write 4 characters for each 3 bytes or a rest of them.
inline char* write_base64(char* out, std::span<const std::uint8_t> bytes) noexcept {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) group = (group << 8) | (i < count ? bytes[at + i] : 0u);
        for (std::size_t i = 0; i < 4; ++i) *out++ = i <= count ? alphabet[(group >> (18 - 6 * i)) & 63] : '=';
    }
    return out;
}

}  // namespace hyperlane::websocket
