#pragma once

/// The opening handshake (RFC 6455 section 4), for both sides.

#include <hyperlane/base/result.hpp>
#include <hyperlane/ws/deflate.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::http {
class Exchange;
}

namespace hyperlane::websocket {

inline constexpr std::size_t accept_key_bytes = 28;

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key: base64 of the SHA-1 of the key and a fixed text.
[[nodiscard]] std::array<char, accept_key_bytes> accept_key(std::string_view key) noexcept;

/// 24 characters of base64 that stand for 16 bytes.
[[nodiscard]] bool is_valid_key(std::string_view key) noexcept;

/// Why a request is no opening handshake that can be met.
struct Refusal {
    int status;
    std::string message;
};

/// What a request must be: GET with `Upgrade: websocket`, `Connection: Upgrade`, version 13 and a key.
///
/// returns  nothing if all is well; 426 for a plain request and for another version, 400 for what is malformed
[[nodiscard]] std::optional<Refusal> check_request(http::Exchange& exchange);

/// May a page of `origin` connect to `host`? Without a list only one of the same origin, whatever the scheme: a proxy
/// may have taken TLS off. Requests without an Origin do not come from a page and are let in.
///
/// in  allowed: "https://app.example", or "*" for all
[[nodiscard]] bool origin_allowed(std::optional<std::string_view> origin, std::string_view host,
                                  std::span<const std::string> allowed) noexcept;

/// The first of ours that the client names too.
/// in  offered: its Sec-WebSocket-Protocol, lines joined by commas
[[nodiscard]] std::string_view choose_subprotocol(std::string_view offered, std::span<const std::string> ours) noexcept;

/// A client's side.
struct ClientRequest {
    std::string host;    ///< with the port, unless that is 80
    std::string target;  ///< path and query
    std::string key;
    std::vector<std::string> subprotocols;
    std::string extensions;
    std::string more_fields;  ///< whole lines with their CRLF
};

[[nodiscard]] std::string random_key();
[[nodiscard]] std::string write_request(const ClientRequest& request);

/// What a server has agreed to.
struct ClientAgreement {
    std::string subprotocol;
    std::optional<DeflateParameters> deflate;
    std::size_t head_bytes = 0;  ///< frames begin behind them
};

/// Read the response to `request`.
///
/// in       received: with `http::h1::head_padding_bytes` readable behind it
/// returns  head_bytes 0 when more must come
/// errors   bad_message, permission_denied (401, 403), not_found (404), unavailable (503); the message says what came
[[nodiscard]] Result<ClientAgreement> read_response(std::string_view received, const ClientRequest& request,
                                                    const DeflateOptions& deflate);

}  // namespace hyperlane::websocket
