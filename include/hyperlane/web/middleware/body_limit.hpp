#pragma once

/// The largest request body that a server, a group or a route takes, instead of `Limits::body_bytes`. The innermost one
/// counts. It is known before the body is read, and costs nothing per request.
///
///     api.use(body_limit({.bytes = 64 * 1024}));

#include <hyperlane/web/middleware.hpp>

#include <cstdint>

namespace hyperlane {

struct BodyLimitOptions {
    std::uint64_t bytes = 2 * 1024 * 1024;  ///< more is 413; also of what `decompress` makes of a body
};

[[nodiscard]] Middleware body_limit(BodyLimitOptions options);

}  // namespace hyperlane
