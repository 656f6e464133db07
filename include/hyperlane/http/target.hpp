#pragma once

/// Request targets (RFC 9112 3.2) and percent-encoding (RFC 3986 2.1).

#include <hyperlane/http/method.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace hyperlane::http {

enum class TargetForm : std::uint8_t {
    origin,     ///< "/where?q=now"
    absolute,   ///< "http://www.example.org/where", as sent to proxies
    authority,  ///< "www.example.com:80", CONNECT only
    asterisk,   ///< "*", OPTIONS only
};

/// The parts of a target; views into it, not decoded.
struct Target {
    TargetForm form = TargetForm::origin;
    std::string_view authority = {};  ///< of absolute-form and authority-form
    std::string_view path =
        {};  ///< begins with "/"; empty in authority-form and for "http://host"; "*" in asterisk-form
    std::string_view query = {};  ///< without "?"
    bool has_query = false;
};

/// Take a target apart.
///
/// errors   nullopt if it is not valid, or its form is not for that method: controls, spaces, non-ASCII, "#", malformed
///          percent-encoding, a scheme other than http and https, an authority that is empty or malformed, userinfo
[[nodiscard]] std::optional<Target> split_target(std::string_view target, Method method) noexcept;

/// Is this a uri-host with an optional port, as in Host (RFC 9110 7.2)? An empty text is not; "host:" is (RFC 3986
/// 3.2.3).
[[nodiscard]] bool is_valid_authority(std::string_view text) noexcept;

/// Is every "%" followed by two hexadecimal digits?
[[nodiscard]] bool is_valid_percent_encoding(std::string_view text) noexcept;

/// Decode percent-encoding. "+" stays a plus: only queries and forms read it as a space, see query.hpp.
///
/// in       `out` has room for `text.size()` characters and may be where `text` lies
/// returns  what was written, or nullopt if the encoding is malformed
[[nodiscard]] std::optional<std::string_view> percent_decode(std::string_view text, char* out) noexcept;

}  // namespace hyperlane::http
