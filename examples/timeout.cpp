// A handler that takes longer than 100 ms is cancelled, and the client gets "timeout".

#include <hyperlane/hyperlane.hpp>

#include <chrono>

using namespace hyperlane;
using namespace std::chrono_literals;

Task<> abort_after_100_ms(Context ctx) {
    co_await sleep(100ms);
    ctx.set_response_status_code(504).set_response_body("timeout").abort();
}

void watch(Context ctx) { spawn(abort_after_100_ms, ctx); }

void fast(Context ctx) { ctx.set_response_body("fast"); }

Task<> slow(Context ctx) {
    try {
        co_await sleep(10s);
        ctx.set_response_body("slow");
    } catch (const Cancelled&) {
        log(LogLevel::info, "the slow handler was cancelled");
        throw;
    }
}

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.request_middleware(watch);
    server.route("/fast", get(fast));
    server.route("/slow", get(slow));
    return server.run();
}
