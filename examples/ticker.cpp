// A live ticker: one thread publishes a price each second, any number of browsers follow. One that has lost its
// connection gets what it missed, or starts over when that is too much. `curl -d 99.5 localhost:8080/prices` adds one.

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

#include <chrono>
#include <cmath>
#include <string>
#include <thread>

using namespace hyperlane;
using namespace std::chrono_literals;

// [follow]
Task<> prices(Context ctx) {
    EventStream events(ctx);
    co_await events.follow(ctx.get_data<Hub>(), "prices");
}
// [/follow]

Result<> add_price(Context ctx) {
    if (!is_utf8(ctx.get_request_body())) throw HttpError(400, "body: expected UTF-8");
    ctx.set_response_status_code(204);
    return ctx.get_data<Hub>().publish("prices", {.text = ctx.get_request_body(), .event = "price"});
}

void page(Context ctx) {
    ctx.set_response_header(header::content_type, mime::text_html).set_response_body(static_text(R"(<!doctype html>
<title>Ticker</title>
<p>Last: <b id="last">…</b>, resets: <b id="resets">0</b></p>
<ol id="prices"></ol>
<script>
const source = new EventSource("/prices");
const show = (id, text) => { document.querySelector(id).textContent = text; };
source.addEventListener("price", ({ data, lastEventId }) => {
    show("#last", data);
    const item = Object.assign(document.createElement("li"), { textContent: data, value: 0 });
    item.dataset.id = lastEventId;
    document.querySelector("#prices").append(item);
});
source.addEventListener("reset", () => {
    show("#prices", "");
    show("#resets", Number(document.querySelector("#resets").textContent) + 1);
});
</script>
)"));
}

// [publish]
void publish_prices(const std::stop_token& stop, const Hub& hub) {
    for (int second = 0; !stop.stop_requested(); ++second) {
        const std::string price = std::to_string(100 + std::lround(20 * std::sin(second * 0.3)));
        if (!hub.publish("prices", {.text = price, .event = "price"})) return;
        std::this_thread::sleep_for(1s);
    }
}
// [/publish]

int main(int argc, char** argv) {
    const Hub hub;
    Server server;
    server.port(8080).arguments(argc, argv);
    server.data(hub);
    server.route("/", get(page));
    server.route("/prices", get(prices));
    server.route("/prices", post(add_price));
    const std::jthread publisher(publish_prices, hub);
    return server.run();
}
