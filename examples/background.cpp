/// What a server does beside answering: before it starts, after it has ended, and every now and then.
///
///     curl localhost:60000/

#include <hyperlane/hyperlane.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

// [state]
struct Cache {
    std::atomic<int> entries = 0;
    std::atomic<int> sweeps = 0;
};
using CachePtr = std::shared_ptr<Cache>;

Task<Result<>> warm_up(ServerContext server) {
    co_await sleep(10ms);  // a query, a file
    server.get_data<CachePtr>()->entries = 3;
    co_return Result<>();  // an error would end the start, with this place in the log
}

Task<> sweep(ServerContext server) {
    const CachePtr cache = server.get_data<CachePtr>();
    co_await sleep(1ms);
    ++cache->sweeps;
}

void say_goodbye(ServerContext server) {
    log(LogLevel::info, "swept " + std::to_string(server.get_data<CachePtr>()->sweeps) + " times");
}
// [/state]

int main(int argc, char** argv) {
    Server server;
    server.data(std::make_shared<Cache>());
    // [hooks]
    server.on_start(warm_up);
    server.every(50ms, sweep, {.jitter = 5ms});
    server.on_stop(say_goodbye);
    // [/hooks]
    server.route("/", get([](Context ctx) {
                     const Cache& cache = *ctx.get_data<CachePtr>();
                     ctx.set_response_body(std::to_string(cache.entries) + " entries, " + std::to_string(cache.sweeps) +
                                           " sweeps\n");
                 }));
    server.arguments(argc, argv);
    return server.run();
}
