// A line in the log per request, also for errors and aborted ones. The line is sent along in X-Log, to be seen here.

#include <hyperlane/hyperlane.hpp>

#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

namespace {

void log_request(Context ctx) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(ctx.get_elapsed());
    const std::string what = std::string(ctx.get_request_method_token()) + " " + std::string(ctx.get_request_path());
    const std::string line =
        what + " " + std::to_string(ctx.get_response_status_code()) + " " + std::to_string(took.count()) + " us";
    log(LogLevel::info, line);
    ctx.set_response_header("X-Log", line);
}

void quick(Context ctx) { ctx.set_response_body("quick"); }

Task<> slow(Context ctx) {
    co_await sleep(50ms);
    ctx.set_response_body("slow");
}

void fails(Context) { throw HttpError(409, "somebody was faster"); }

Task<> gives_up(Context ctx) {
    ctx.set_response_status_code(503).set_response_body("come back later").abort();
    co_await sleep(1h);  // throws: the request has been aborted
}

}  // namespace

void mount_logging(Routes& routes) {
    routes.response_middleware(log_request);
    routes.route("/quick", get(quick));
    routes.route("/slow", get(slow));
    routes.route("/fails", get(fails));
    routes.route("/gives_up", get(gives_up));
}
