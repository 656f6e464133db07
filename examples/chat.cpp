// Chat rooms over WebSocket: what one says, all in the room hear. The page at / is a client: open it twice.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

#include <algorithm>
#include <string>

using namespace hyperlane;

std::string name_of_guest(const Context& ctx) {
    const std::string name(ctx.get_request_query("name").value_or(""));
    const bool printable = std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < ' '; });
    if (name.empty() || name.size() > 32 || !printable) {
        throw HttpError(400, "query parameter \"name\": expected 1 to 32 bytes without control characters");
    }
    return name;
}

// Runs before the upgrade, so that what is wrong with the request is an ordinary answer.
void check_guest(Context ctx) { ctx.set_attribute("name", name_of_guest(ctx)); }

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

Task<> chat(Context ctx, WebSocket socket) {
    const Hub hub = ctx.get_data<Hub>();
    const std::string room(ctx.get_route_param("room").value_or(""));
    const std::string name = *ctx.get_attribute<std::string>("name");
    SubscribeOptions guest;
    guest.name = name;
    guest.hears_presence = true;
    Scope listening;
    listening.spawn(listen, socket, hub.subscribe(room, guest));
    while (auto message = co_await socket.receive()) {
        if (!hub.publish(room, name + ": " + message->data)) co_return;
    }
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
    server.route("/rooms/{room}", ws(get(chat)).request_middleware(check_guest));
    return server.run();
}
