/// Work that blocks its thread: where it belongs, and how a server says that it is in the wrong place.
///
///     curl localhost:60000/report          on the pool of the loop
///     curl localhost:60000/thumbnail/7     on a pool of its own, two at a time in the whole program
///     curl localhost:60000/wrong           stops every other client of the loop, and the log says so

#include <hyperlane/hyperlane.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

using namespace hyperlane;
using namespace std::chrono_literals;

// What a library does that knows no event loop.
std::string make_report() {
    std::this_thread::sleep_for(200ms);
    return "report\n";
}

// [offload]
Task<> report(Context ctx) {
    const std::string text = co_await offload(make_report);
    ctx.set_response_body(text);
}
// [/offload]

std::string shrink(int image) {
    std::this_thread::sleep_for(100ms);
    return "image " + std::to_string(image) + "\n";
}

// [pool]
struct Pools {
    std::shared_ptr<ThreadPool> images =
        std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = 2, .name = "images"});
};

Task<> thumbnail(Context ctx) {
    const int image = ctx.get_route_param<int>("id");
    const auto pool = ctx.get_data<Pools>().images;
    const std::string text = co_await offload_on(pool, shrink, image);
    ctx.set_response_body(text);
}
// [/pool]

void wrong(Context ctx) { ctx.set_response_body(make_report()); }

int main(int argc, char** argv) {
    Server server;
    server.data(Pools());
    // [settings]
    server.offload_threads(8);    // of each loop; 4 unless told otherwise
    server.file_threads(2);       // files have threads of their own
    server.warn_blocking(100ms);  // in the log, with the route
    // [/settings]
    server.route("/report", get(report));
    server.route("/thumbnail/{id:\\d+}", get(thumbnail));
    server.route("/wrong", get(wrong));
    // [counters]
    server.route("/pools", get([&server](Context ctx) {
                     const ThreadPoolCounters counters = server.counters().offloaded;
                     ctx.set_response_body(std::to_string(counters.started) + " jobs, " +
                                           std::to_string(counters.waited) + " had to wait for a thread\n");
                 }));
    // [/counters]
    server.arguments(argc, argv);
    return server.run();
}
