#pragma once

/// Tells the client the id under which the log knows its request: `ctx.get_request_id()`.
///
///     server.use(request_id({.accept_incoming = true}));

#include <hyperlane/web/middleware.hpp>

#include <cstddef>
#include <string>

namespace hyperlane {

struct RequestIdOptions {
    std::string header = "X-Request-ID";
    /// Take the id of a request that brings one: 8 to `longest` letters, digits, "-", "_", "." or ":". Only behind a
    /// proxy that sets it: clients could otherwise make their requests look like others in the log.
    bool accept_incoming = false;
    std::size_t longest = 64;
};

/// errors  a header name that is none: the server does not start
[[nodiscard]] Middleware request_id(RequestIdOptions options = {});

}  // namespace hyperlane
