// Server-Sent Events by hand: header, status, and one piece of the body after the other. The page at / shows them.

#include <hyperlane/hyperlane.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

using namespace hyperlane;
using namespace std::chrono_literals;

// [by-hand]
Task<> send_ten(Context ctx, std::chrono::milliseconds period) {
    ctx.set_response_header(header::content_type, mime::text_event_stream).set_response_status_code(200);
    const Result<> begun = co_await ctx.send();
    for (int i = 0; begun && i < 10; ++i) {
        if (!co_await ctx.send_body("data:" + std::to_string(i) + "\n\n")) co_return;  // the client has gone
        co_await sleep(period);
    }
    ctx.close();
}
// [/by-hand]

Task<> events(Context ctx) { return send_ten(std::move(ctx), 1s); }

Task<> events_every(Context ctx) {
    const std::chrono::milliseconds period(ctx.get_route_param<std::uint16_t>("ms"));
    return send_ten(std::move(ctx), period);
}

// A browser comes back when a stream has ended, so the page says that it has seen enough.
void page(Context ctx) {
    ctx.set_response_header(header::content_type, mime::text_html).set_response_body(static_text(R"(<!doctype html>
<title>Ten events</title>
<ol id="events" start="0"></ol>
<script>
const source = new EventSource("/events" + location.search.replace("?", "/"));
source.onmessage = ({ data }) => {
    document.querySelector("#events").append(Object.assign(document.createElement("li"), { textContent: data }));
    if (data === "9") source.close();
};
</script>
)"));
}

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/", get(page));
    server.route("/events", get(events));
    server.route("/events/{ms:\\d+}", get(events_every));
    return server.run();
}
