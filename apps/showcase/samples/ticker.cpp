// A live ticker: one thread publishes a price each second, any number of browsers follow it. One that has lost its
// connection gets what it missed, in order and once, or is told to start over when that is too much.

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>
#include <hyperlane/typed.hpp>
#include "samples.hpp"

#include <chrono>
#include <cmath>
#include <string>
#include <thread>

using namespace hyperlane;
using namespace std::chrono_literals;

namespace {

std::string topic_of(const Context& ctx) { return "price of " + ctx.get_route_param<std::string>("good"); }

// Resumes by itself: `follow` reads the Last-Event-ID of the request.
Task<> prices(Context ctx) {
    EventStream events(ctx);
    co_await events.follow(ctx.get_data<Hub>(), topic_of(ctx));
}

// The same topic over WebSocket.
Task<> prices_by_socket(Context ctx, WebSocket socket) {
    Scope sending;
    sending.spawn(follow, socket, ctx.get_data<Hub>(), topic_of(ctx));
    while (auto ignored = co_await socket.receive()) continue;
}

Result<> add_price(Context ctx) {
    if (!is_utf8(ctx.get_request_body())) throw HttpError(400, "body: expected UTF-8");
    ctx.set_response_status_code(204);
    return ctx.get_data<Hub>().publish(topic_of(ctx), {.text = ctx.get_request_body(), .event = "price"});
}

void counters(Context ctx) { ctx.set_response_body_json(ctx.get_data<Hub>().counters()); }

}  // namespace

void publish_prices(const std::stop_token& stop, const Hub& hub) {
    for (int second = 0; !stop.stop_requested(); ++second) {
        const std::string price = std::to_string(100 + std::lround(20 * std::sin(second * 0.3)));
        if (!hub.publish("price of tea", {.text = price, .event = "price"})) return;
        std::this_thread::sleep_for(1s);
    }
}

void mount_ticker(Routes& routes) {
    routes.route("/goods/{good}", get(prices));
    routes.route("/goods/{good}", post(add_price));
    routes.route("/goods/{good}/socket", ws(get(prices_by_socket)));
    routes.route("/counters", get(counters));
}
