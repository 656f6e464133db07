// A response that is sent piece by piece. `send_body` waits while the client is slow, and says when it has gone.

#include <hyperlane/hyperlane.hpp>

#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

namespace {

Task<> countdown(Context ctx) {
    ctx.set_response_header(header::content_type, mime::text_plain);
    for (int i = 10; i > 0; --i) {
        const Result<> sent = co_await ctx.send_body(std::to_string(i) + "\n");
        if (!sent) co_return;  // the client has gone
        co_await sleep(200ms);
    }
}

}  // namespace

void mount_stream(Routes& routes) { routes.route("/countdown", get(countdown)); }
