#pragma once

/// Status codes: reason phrases of the IANA registry and what a status says about the body.

#include <string_view>

namespace hyperlane {

/// The registered reason phrase ("Not Found"); empty for a code that is not registered.
///
/// source   IANA HTTP Status Code Registry, RFC 9110 section 15
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

namespace http {

/// The whole status line, "HTTP/1.1 200 OK\r\n"; empty for a code that is not registered.
[[nodiscard]] std::string_view status_line(int status) noexcept;

/// 1xx, 204 and 304 end at their head, whatever framing fields say (RFC 9112 6.3).
[[nodiscard]] constexpr bool status_forbids_body(int status) noexcept {
    return status / 100 == 1 || status == 204 || status == 304;
}

/// 1xx and 204 must not carry Content-Length either; a 304 may (RFC 9110 8.6).
[[nodiscard]] constexpr bool status_forbids_content_length(int status) noexcept {
    return status / 100 == 1 || status == 204;
}

}  // namespace http
}  // namespace hyperlane
