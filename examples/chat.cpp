// Chat rooms over WebSocket: what one says, all in the room hear. The page at / is a client: open it twice.

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

#include <algorithm>
#include <string>
#include <string_view>

using namespace hyperlane;

bool is_name(std::string_view name) {
    const bool printable = std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < ' '; });
    return !name.empty() && name.size() <= 32 && printable && is_utf8(name);
}

// [room]
std::string describe(const TopicMessage& event) {
    switch (event.kind()) {
        case TopicMessage::Kind::joined: return "* " + std::string(event.text()) + " is here";
        case TopicMessage::Kind::left: return "* " + std::string(event.text()) + " has left";
        default: return {};
    }
}

Task<Result<>> listen(WebSocket socket, Subscription subscription) {
    return send_topic(std::move(socket), std::move(subscription), describe);
}

Task<Result<>> chat(Context ctx, WebSocket socket) {
    const std::string name(ctx.get_request_query("name").value_or(""));
    if (!is_name(name)) {  // a page is told why a socket was closed, but not why a handshake was refused
        socket.close(close_code::policy_violation, "name: expected 1 to 32 bytes of UTF-8 without control characters");
        co_return {};
    }
    const Hub hub = ctx.get_data<Hub>();
    const std::string room(ctx.get_route_param("room").value_or(""));
    SubscribeOptions guest;
    guest.name = name;
    guest.hears_presence = true;
    Scope listening;
    listening.spawn(listen, socket, hub.subscribe(room, guest));
    while (auto message = co_await socket.receive()) {
        if (auto said = hub.publish(room, name + ": " + message->data); !said) co_return said;
    }
    co_return {};
}
// [/room]

void page(Context ctx) {
    ctx.set_response_header(header::content_type, mime::text_html).set_response_body(static_text(R"(<!doctype html>
<title>Chat</title>
<link rel="icon" href="data:,">
<ol id="said"></ol>
<form><input autofocus autocomplete="off"></form>
<script>
const name = new URLSearchParams(location.search).get("name") ?? "guest " + Math.floor(Math.random() * 1000);
const socket = new WebSocket(`ws://${location.host}/rooms/tea?name=${encodeURIComponent(name)}`);
socket.onmessage = ({ data }) => {
    document.querySelector("#said").append(Object.assign(document.createElement("li"), { textContent: data }));
};
socket.onclose = ({ code, reason }) => { document.querySelector("form").replaceWith(`closed: ${code} ${reason}`); };
document.querySelector("form").onsubmit = (event) => {
    event.preventDefault();
    const input = document.querySelector("input");
    socket.send(input.value);
    input.value = "";
};
</script>
)"));
}

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.data(Hub());
    server.route("/", get(page));
    server.route("/rooms/{room}", ws(get(chat)));
    return server.run();
}
