// The order in which middleware runs: each leaves its name in the field X-Trace.

#include <hyperlane/hyperlane.hpp>

#include <string>

using namespace hyperlane;

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
void group_first(Context ctx) { trace_step(ctx, "group-first"); }
void group_last(Context ctx) { trace_step(ctx, "group-last"); }

void handler(Context ctx) {
    trace_step(ctx, "handler");
    ctx.set_response_body("done");
}

// [pair]
void pair_begin(Context ctx) { trace_step(ctx, "pair-in"); }
void pair_end(Context ctx) { trace_step(ctx, "pair-out"); }

Middleware pair() { return {.before = web::make_handler(pair_begin), .after = web::make_handler(pair_end)}; }
// [/pair]

void failing(Context) { throw HttpError(500, "broken"); }

void aborting(Context ctx) { ctx.set_response_status_code(403).abort(); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.request_middleware(first).request_middleware(second).use(around).response_middleware(last);
    server.route("/", get(handler));
    server.route("/error", get(failing));
    server.route("/abort", get(handler).request_middleware(aborting));
    server.group("/group", [](Routes& group) {
        group.request_middleware(group_first).response_middleware(group_last);
        group.route("/", get(handler));
        group.route("/pair", get(handler).use(pair()));
    });
    return server.run();
}
