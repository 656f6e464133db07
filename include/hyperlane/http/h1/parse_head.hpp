#pragma once

/// The HTTP/1.1 head parser (RFC 9112 sections 2 to 6). Wire format:
///
///     [CRLF] method SP target SP HTTP/1.x CRLF  *( name ":" OWS value OWS CRLF )  CRLF
///     HTTP/1.x SP status SP reason CRLF         *( name ":" OWS value OWS CRLF )  CRLF
///
/// What two implementations could read differently is refused, not repaired: bare CR or LF, folding, space around a
/// name, a second length, transfer codings other than "chunked", two framings at once, a missing, second or malformed
/// Host.

#include <hyperlane/http/head.hpp>

#include <cstddef>
#include <string_view>

namespace hyperlane::http::h1 {

/// What the caller promises to be readable behind the bytes that it gives.
inline constexpr std::size_t head_padding_bytes = 64;

/// Parse one request head.
///
/// in       bytes received so far, from the first byte of the head; more may follow it (a body, the next request).
///          `head_padding_bytes` behind the end of `in` must be readable, which lets the vector code run to the very
///          end without asking; what they hold does not matter
/// out      offsets into `in`; unspecified unless ok
/// returns  the bytes used, or `incomplete`: call again with a longer `in`, when `head_has_news` says so
/// errors   see `status_of`; limits are enforced as soon as they are passed, and an error is the same however the bytes
///          are split
/// cost     one pass, no allocation, never throws
/// source   RFC 9112 2.2, 3, 5, 6.1, 6.3, 9.6; RFC 9110 5.5, 7.2, 8.6, 10.1.1
[[nodiscard]] HeadResult parse_request_head(std::string_view in, RequestHead& out, const HeadLimits& limits) noexcept;

/// Parse one response head (RFC 9112 section 4); otherwise as above. `head_bytes` bounds the status line too.
[[nodiscard]] HeadResult parse_response_head(std::string_view in, ResponseHead& out, const HeadLimits& limits) noexcept;

/// Is it worth while to parse again an `in` that was incomplete when it had `seen` bytes? Only when a line has ended or
/// a limit been reached, so that a sender of single bytes costs at most one pass per line.
[[nodiscard]] bool head_has_news(std::string_view in, std::size_t seen, const HeadLimits& limits) noexcept;

}  // namespace hyperlane::http::h1
