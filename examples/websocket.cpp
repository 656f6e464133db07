// A WebSocket that answers each message. The page at / sends the time each second.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

#include <atomic>
#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

// [chat]
std::string process(const WebSocketMessage& message) { return "received " + message.data; }

Task<> chat(Context, WebSocket socket) {
    while (auto message = co_await socket.receive()) co_await socket.send(process(*message));
}
// [/chat]

// A message of any size in pieces of any size: neither of them is in memory as a whole.
// [pieces]
Task<> upload(Context, WebSocket socket) {
    std::size_t bytes = 0;
    while (auto piece = co_await socket.receive_fragment()) {
        bytes += piece->data.size();
        if (piece->last) co_await socket.send(std::to_string(bytes) + " bytes");
    }
}
// [/pieces]

// A peer that has been silent for half a second is asked whether it is there, and has as long to answer. One that is
// not there any more ends the handler.
// [heartbeat]
WebSocketOptions impatient() {
    WebSocketOptions options;
    options.ping_interval = 500ms;
    options.ping_timeout = 500ms;
    return options;
}
// [/heartbeat]

std::atomic<int> waiting = 0;

class Waiting {
public:
    Waiting() { ++waiting; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { --waiting; }
};

Task<> wait_for_words(Context, WebSocket socket) {
    const Waiting here;
    while (auto message = co_await socket.receive()) co_await socket.send("at last");
}

void count_waiting(Context ctx) { ctx.set_response_body(std::to_string(waiting)); }

void page(Context ctx) {
    ctx.set_response_header(header::content_type, mime::text_html).set_response_body(static_text(R"(<!doctype html>
<title>WebSocket</title>
<link rel="icon" href="data:,">
<p id="state">connecting</p>
<ol id="answers"></ol>
<script>
const socket = new WebSocket(`ws://${location.host}/websocket`);
const state = (text) => { document.querySelector("#state").textContent = text; };
socket.onopen = () => {
    state("open");
    const send = () => socket.send(`Client time: ${new Date().toISOString()}`);
    send();
    setInterval(send, 1000);
};
socket.onmessage = ({ data }) => {
    document.querySelector("#answers").append(Object.assign(document.createElement("li"), { textContent: data }));
};
socket.onclose = ({ code, reason }) => state(`closed ${code} ${reason}`);
</script>
)"));
}

int main(int argc, char** argv) {
    Server server;
    server.port(60000).arguments(argc, argv);
    server.route("/", get(page));
    server.route("/websocket", ws(get(chat)));
    server.route("/upload", ws(get(upload)));
    server.route("/impatient", ws(get(wait_for_words), impatient()));
    server.route("/waiting", get(count_waiting));
    return server.run();
}
