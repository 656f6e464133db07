#pragma once

/// One line per request, when it is over: who asked what, the status, the bytes, the time it took, the request id.

#include <cstdint>
#include <string>

namespace hyperlane {

enum class AccessLog : std::uint8_t {
    off,
    text,  ///< `2025-01-31T12:00:00.000Z 127.0.0.1:5000 "GET /path HTTP/1.1" 200 13 0.052ms id=0123456789abcdef`
    json,  ///< one object a line, with the same members
};

namespace web {
class WebExchange;

/// in  `client_gone`: the connection was lost before everything was sent
void write_access_log(AccessLog format, WebExchange& exchange, bool client_gone);
/// The same as text.
[[nodiscard]] std::string write_access_line(AccessLog format, WebExchange& exchange, bool client_gone,
                                            std::uint64_t bytes);
}  // namespace web

}  // namespace hyperlane
