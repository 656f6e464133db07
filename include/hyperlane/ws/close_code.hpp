#pragma once

/// Why a WebSocket was closed (RFC 6455 7.4 and its registry).

#include <cstddef>
#include <cstdint>

namespace hyperlane {

/// The codes with a meaning of their own. 3000 to 3999 are registered by frameworks, 4000 to 4999 are free to use.
namespace close_code {

inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;  ///< the server ends, or a page is left
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t unsupported_data = 1003;
inline constexpr std::uint16_t none = 1005;          ///< never sent: the peer gave no code
inline constexpr std::uint16_t abnormal = 1006;      ///< never sent: the connection was lost
inline constexpr std::uint16_t invalid_data = 1007;  ///< text that is no UTF-8
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t too_large = 1009;
inline constexpr std::uint16_t missing_extension = 1010;
inline constexpr std::uint16_t internal_error = 1011;
inline constexpr std::uint16_t service_restart = 1012;
inline constexpr std::uint16_t try_again_later = 1013;

}  // namespace close_code

namespace websocket {

inline constexpr std::size_t max_close_reason_bytes = 123;

/// May `code` stand in a close frame? 1000 to 1003, 1007 to 1014, 3000 to 4999.
[[nodiscard]] constexpr bool is_valid_close_code(unsigned code) noexcept {
    if (code >= 3000) return code <= 4999;
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

}  // namespace websocket
}  // namespace hyperlane
