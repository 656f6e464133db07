// The order in which middleware runs: each leaves its name in the field X-Trace.

#include <hyperlane/hyperlane.hpp>

#include <string>

using namespace hyperlane;

namespace {

void trace_step(Context ctx, std::string_view step) {
    const std::string before(ctx.get_response_header("X-Trace").value_or(""));
    ctx.set_response_header("X-Trace", before.empty() ? std::string(step) : before + " > " + std::string(step));
}

void first(Context ctx) { trace_step(ctx, "first"); }
void second(Context ctx) { trace_step(ctx, "second"); }

Task<> around(Context ctx, Next next) {
    trace_step(ctx, "around-in");
    co_await next(ctx);
    trace_step(ctx, "around-out");
}

void last(Context ctx) { trace_step(ctx, "last"); }

void handler(Context ctx) {
    trace_step(ctx, "handler");
    ctx.set_response_body("done");
}

void failing(Context) { throw HttpError(500, "broken"); }

void refusing(Context ctx) { ctx.set_response_status_code(403).set_response_body("refused"); }

void aborting(Context ctx) { ctx.set_response_status_code(403).set_response_body("aborted").abort(); }

}  // namespace

void mount_middleware(Routes& routes) {
    routes.request_middleware(first).request_middleware(second).use(around).response_middleware(last);
    routes.route("/", get(handler));
    routes.route("/error", get(failing));
    routes.route("/refused", get(handler).request_middleware(refusing));
    routes.route("/aborted", get(handler).request_middleware(aborting));
}
