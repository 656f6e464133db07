#pragma once

/// A shorter time for some handlers than `Limits::handler_timeout`, which goes on to count as well.
///
///     api.use(timeout({.after = 2s}));

#include <hyperlane/base/clock.hpp>
#include <hyperlane/web/middleware.hpp>

namespace hyperlane {

struct TimeoutOptions {
    Duration after = std::chrono::seconds(5);
    /// 503: the server is too slow; 504 where it only passes on what others are too slow for.
    int status = 503;
};

/// Cancels what is further inside when the time has come, and answers with an error, unless the response has begun.
/// Only what waits can be cancelled. It is a coroutine around the rest: one frame per request.
///
/// errors  a time that is not positive, a status below 500: the server does not start
[[nodiscard]] Middleware timeout(TimeoutOptions options);

}  // namespace hyperlane
