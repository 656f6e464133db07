// Bodies that are never in memory as a whole, in both directions; Server-Sent Events by hand.

#include <hyperlane/hyperlane.hpp>

#include <chrono>
#include <cstdint>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

Task<> upload(Context ctx) {
    std::uint64_t bytes = 0;
    for (;;) {
        const auto piece = co_await ctx.read_request_body();
        if (!piece) throw HttpError(400, piece.error().message);
        if (piece->empty()) break;
        bytes += piece->size();
    }
    ctx.set_response_body(std::to_string(bytes) + " bytes");
}

Task<> countdown(Context ctx) {
    for (int i = 10; i > 0; --i) {
        const Result<> sent = co_await ctx.send_body(std::to_string(i) + "\n");
        if (!sent) co_return;  // the client has gone
    }
}

Task<> events(Context ctx) {
    ctx.set_response_status_code(200).set_response_header(header::content_type, mime::text_event_stream);
    const Result<> begun = co_await ctx.send();
    for (int i = 0; begun && i < 10; ++i) {
        if (!co_await ctx.send_body("data:" + std::to_string(i) + "\n\n")) co_return;
        co_await sleep(1s);
    }
    ctx.close();
}

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/upload", stream_body(post(upload)));
    server.route("/countdown", get(countdown));
    server.route("/events", get(events));
    return server.run();
}
