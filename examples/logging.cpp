// A line per request: method, path, status and how long it took, also for errors and aborted requests.

#include <hyperlane/hyperlane.hpp>

#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

void log_request(Context ctx) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(ctx.get_elapsed());
    log(LogLevel::info, std::string(ctx.get_request_method_token()) + " " + std::string(ctx.get_request_path()) + " " +
                            std::to_string(ctx.get_response_status_code()) + " " + std::to_string(took.count()) +
                            " ms");
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

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.response_middleware(log_request);
    server.route("/quick", get(quick));
    server.route("/slow", get(slow));
    server.route("/fails", get(fails));
    server.route("/gives_up", get(gives_up));
    return server.run();
}
