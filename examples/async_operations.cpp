// Awaiting: two operations at once take as long as the longer one, and one that takes too long is cancelled.
// docs/coroutines.md says what to know about coroutines, and which compilers to use.

#include <hyperlane/hyperlane.hpp>

#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

Task<std::string> fetch_user() {
    co_await sleep(100ms);
    co_return "user";
}

Task<std::string> fetch_orders() {
    co_await sleep(200ms);
    co_return "orders";
}

// [async]
Task<> async_operation(Context ctx) {
    const auto both = co_await join(fetch_user(), fetch_orders());
    const auto& [user, orders] = both;
    ctx.set_response_body(user + " and " + orders);
}
// [/async]

Task<std::string> slow_operation() {
    co_await sleep(1min);
    co_return "done at last";
}

Task<> limited(Context ctx) {
    const auto result = co_await timeout(300ms, slow_operation());
    if (!result) throw HttpError(408, "the operation took too long");
    ctx.set_response_body(*result);
}

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/join", get(async_operation));
    server.route("/timeout", get(limited));
    return server.run();
}
