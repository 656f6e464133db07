// A plain server for conformance work: whatever is not listed below echoes its body with 200.

#include <hyperlane/files.hpp>
#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>
#include "typed.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace hyperlane;

namespace {

void ok(Context ctx) { ctx.set_response_body("OK"); }

void echo_body(Context ctx) { ctx.set_response_status_code(200).set_response_body(ctx.get_request_body()); }

void echo_headers(Context ctx) {
    std::string text;
    for (const auto [name, value] : ctx.get_request_headers())
        text.append(name).append(": ").append(value).append("\n");
    ctx.set_response_body(std::move(text));
}

void echo_cookies(Context ctx) {
    std::string text;
    for (const auto& [name, value] : ctx.get_request_cookies())
        text.append(name).append("=").append(value).append("\n");
    ctx.set_response_body(std::move(text));
}

void show_user(Context ctx) { ctx.set_response_body(ctx.get_route_param("id").value_or("")); }

// The number in a query parameter, or `otherwise` when there is none; 400 when it is none, or above `most`.
std::uint64_t query_number(const Context& ctx, std::string_view name, std::uint64_t otherwise, std::uint64_t most) {
    const auto text = ctx.get_request_query(name);
    if (!text) return otherwise;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size() || number > most) {
        throw HttpError(
            400, "query parameter \"" + std::string(name) + "\": expected a number up to " + std::to_string(most));
    }
    return number;
}

Task<> slow(Context ctx) {
    co_await sleep(std::chrono::milliseconds(query_number(ctx, "ms", 100, 60'000)));
    ctx.set_response_body("slept");
}

Task<> upload(Context ctx) {
    std::uint64_t bytes = 0;
    for (;;) {
        const auto piece = co_await ctx.read_request_body();
        if (!piece) throw HttpError(400, piece.error().message);
        if (piece->empty()) break;
        bytes += piece->size();
    }
    ctx.set_response_body(std::to_string(bytes));
}

Task<> stream(Context ctx) {
    const std::uint64_t chunks = query_number(ctx, "chunks", 10, 1'000'000);
    ctx.set_response_header(header::content_type, mime::text_plain);
    if (!co_await ctx.send()) co_return;
    for (std::uint64_t i = 0; i < chunks; ++i) {
        if (!co_await ctx.send_body("chunk " + std::to_string(i) + "\n")) co_return;
    }
}

Task<> number_events(Context ctx) {
    const std::uint64_t count = query_number(ctx, "n", 10, 1'000'000);
    EventStream events(ctx);
    for (std::uint64_t i = 1; i <= count; ++i) {
        const std::string id = std::to_string(i);
        ServerEvent event;
        event.id = id;
        event.data = id;
        if (!co_await events.send(event)) co_return;
    }
}

Task<> echo_messages(WebSocket socket) {
    while (auto message = co_await socket.receive()) {
        const Result<> sent = co_await socket.send(*message);
        if (!sent) co_return;
    }
}

WebSocketOptions generous() {
    WebSocketOptions options;
    options.message_bytes = 16 * 1024 * 1024;
    options.fragments = 65'536;
    options.deflate.enabled = options.deflate.own_context = options.deflate.peer_context = true;
    options.deflate.smallest_message = 0;
    options.origins = {"*"};
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    // Files below /static/ come from the folder that TESTEE_STATIC names.
    const char* folder = std::getenv("TESTEE_STATIC");
    Server server;
    server.arguments(argc, argv);
    server.route("/", get(ok));
    server.route("/", post(echo_body));
    server.route("/echo", echo_headers);
    server.route("/cookie", echo_cookies);
    server.route("/users/{id}", get(show_user));
    server.route("/slow", get(slow));
    server.route("/upload", stream_body(post(upload)));
    server.route("/stream", get(stream));
    server.route("/sse", get(number_events));
    server.route("/ws", ws(get(echo_messages), generous()));
    server.route("/static/{path:^.*$}", get(static_files(folder != nullptr ? folder : ".")));
    server.group("", add_typed_routes);
    server.route("/{path:^.*$}", echo_body);
    return server.run();
}
