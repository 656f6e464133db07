// Server-Sent Events by hand: ten, one second apart. A client that leaves stops the loop.

#include <hyperlane/hyperlane.hpp>

#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

namespace {

Task<> events(Context ctx) {
    ctx.set_response_status_code(200).set_response_header(header::content_type, mime::text_event_stream);
    const Result<> begun = co_await ctx.send();
    for (int i = 0; begun && i < 10; ++i) {
        if (!co_await ctx.send_body("data:" + std::to_string(i) + "\n\n")) co_return;
        co_await sleep(1s);
    }
    ctx.close();
}

}  // namespace

void mount_events(Routes& routes) { routes.route("/", get(events)); }
