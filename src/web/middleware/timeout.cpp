#include <hyperlane/io/log.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/middleware/timeout.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/failure_text.hpp"

namespace hyperlane {

namespace {

// The duration and the status by value: the coroutine outlives the call.
Task<> bounded(Context ctx, Next next, Duration after, int status) {
    Task<> rest = next(ctx);
    io::Bounded bounded(co_await io::this_scope(), after);
    try {
        co_await std::move(rest).below(bounded.scope());
    } catch (const Cancelled&) {
        if (!bounded.timed_out()) throw;
    }
    // Also if the handler has made something else of its `Cancelled`: it is too late for that.
    if (!bounded.timed_out() || ctx.exchange().stage() == http::Stage::complete) co_return;
    const HttpError error =
        HttpError(status, "the request took too long").with_code(status == 503 ? "handler_timeout" : "");
    // A streamed response is broken off by the same exception, and the log is told.
    if (ctx.exchange().stage() == http::Stage::open) {
        log(LogLevel::warn, web::describe_failure(ctx, error.message()));
        web::render_error(ctx, error);
        co_return;
    }
    throw HttpError(error);
}

}  // namespace

Middleware timeout(TimeoutOptions options) {
    if (options.after <= Duration::zero()) return {.mistake = "timeout: `after` must be longer than nothing"};
    if (options.status < 500 || options.status > 599) return {.mistake = "timeout: the status is 500 to 599"};
    return {.before = web::make_around([options](Context ctx, Next next) {
                return bounded(std::move(ctx), next, options.after, options.status);
            })};
}

}  // namespace hyperlane
