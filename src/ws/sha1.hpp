#pragma once

/// SHA-1 (RFC 3174), for the accept key of the handshake only: it proves that a server has understood, not that a
/// message is authentic.

#include <array>
#include <cstdint>
#include <string_view>

namespace hyperlane::websocket {

using Sha1Digest = std::array<std::uint8_t, 20>;

[[nodiscard]] Sha1Digest sha1(std::string_view text) noexcept;

}  // namespace hyperlane::websocket
