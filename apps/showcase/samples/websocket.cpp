// WebSockets. A handler is a loop that ends when either side closes; pings and the close handshake are not its work.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

#include <string>

using namespace hyperlane;

namespace {

std::string process(const WebSocketMessage& message) { return "received " + message.data; }

Task<> chat(Context, WebSocket socket) {
    while (auto message = co_await socket.receive()) co_await socket.send(process(*message));
}

// A handler that needs nothing of its request takes the socket alone: while it is idle it costs about 1 KiB.
Task<> echo(WebSocket socket) {
    while (auto message = co_await socket.receive()) co_await socket.send(*message);
}

Task<> goodbye(WebSocket socket) {
    co_await socket.send("that was all");
    socket.close(4001, "as the program wanted it");
}

WebSocketOptions large_and_compressed() {
    WebSocketOptions options;
    options.message_bytes = 4 * 1024 * 1024;
    options.deflate.enabled = true;
    return options;
}

}  // namespace

void mount_websocket(Routes& routes) {
    routes.route("/", ws(get(chat)));
    routes.route("/echo", ws(get(echo), large_and_compressed()));
    routes.route("/goodbye", ws(get(goodbye)));
}
