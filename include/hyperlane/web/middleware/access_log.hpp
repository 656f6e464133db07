#pragma once

/// A line about each request of a group, or with a choice of requests and places; `Server::access_log` is for all of
/// them, also those that no middleware sees.
///
///     server.use(access_log({.skip = [](const Context& ctx) { return ctx.get_request_path() == "/health"; }}));

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/web/access_log.hpp>
#include <hyperlane/web/middleware.hpp>

#include <string_view>

namespace hyperlane {

struct AccessLogOptions {
    AccessLog format = AccessLog::text;
    /// No line about these.
    SharedFunction<bool(const Context& ctx)> skip = nullptr;
    /// Only about those that took as long.
    Duration slower_than = Duration::zero();
    /// Takes a line instead of the log; called by all loops.
    SharedFunction<void(std::string_view line)> sink = nullptr;
};

/// The number of bytes is that of the content before compression; of a streamed body it is what has been sent by then.
[[nodiscard]] Middleware access_log(AccessLogOptions options = {});

}  // namespace hyperlane
