#pragma once

/// Opening a WebSocket as a client.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/net/stream.hpp>
#include <hyperlane/ws/options.hpp>
#include <hyperlane/ws/web_socket.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane::websocket {

struct ConnectOptions {
    WebSocketOptions socket = {};
    std::vector<std::pair<std::string, std::string>> fields = {};  ///< more fields of the request, such as Origin
    std::chrono::milliseconds timeout{10'000};                     ///< for all of it
};

/// The parts of "ws://host:port/path?query".
struct Url {
    std::string host;
    std::uint16_t port = 80;
    std::string authority;  ///< for the Host field
    std::string target = "/";
};

/// errors   invalid_argument; unsupported for "wss:", as there is no TLS yet
[[nodiscard]] Result<Url> parse_url(std::string_view text);

/// Connect and shake hands, on the loop of whoever awaits: `co_await websocket::connect("ws://127.0.0.1:8080/chat")`.
///
/// errors   those of parse_url, net::resolve and net::connect; timed_out; bad_message, permission_denied, not_found,
///          unavailable when the server answers something else, with its status in the message
/// cancel   gives up and closes
[[nodiscard]] Task<Result<WebSocket>> connect(std::string url);
[[nodiscard]] Task<Result<WebSocket>> connect(std::string url, ConnectOptions options);

/// Shake hands on a stream that is connected and not attached yet.
[[nodiscard]] Task<Result<WebSocket>> open(std::unique_ptr<net::Stream> stream, Url url, ConnectOptions options);

}  // namespace hyperlane::websocket
