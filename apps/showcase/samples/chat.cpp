// Chat rooms over WebSocket. A room is a topic of the hub: what one guest says, all in it hear, on whichever loop they
// are, and who listens under a name is in the list of those who are there.

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

using namespace hyperlane;
using namespace std::chrono_literals;

namespace {

std::string topic_of(const Context& ctx) { return "chat " + ctx.get_route_param<std::string>("room"); }

bool is_name(std::string_view name) {
    const bool printable = std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < ' '; });
    return !name.empty() && name.size() <= 32 && printable && is_utf8(name);
}

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
    const std::string topic = topic_of(ctx);
    SubscribeOptions guest;
    guest.name = name;
    guest.hears_presence = true;
    Scope listening;
    listening.spawn(listen, socket, hub.subscribe(topic, guest));
    co_await socket.send("* welcome, " + name);
    while (auto message = co_await socket.receive()) {
        if (auto said = hub.publish(topic, name + ": " + message->data); !said) co_return said;
    }
    co_return {};
}

void people(Context ctx) {
    std::string names;
    for (const std::string& name : ctx.get_data<Hub>().present(topic_of(ctx))) names.append(name).append("\n");
    ctx.set_response_body(std::move(names));
}

// Who vanishes without a word is noticed after ten seconds, and leaves the list.
WebSocketOptions attentive() {
    WebSocketOptions options;
    options.ping_interval = 5s;
    options.ping_timeout = 5s;
    return options;
}

}  // namespace

void mount_chat(Routes& routes) {
    routes.route("/{room}", ws(get(chat), attentive()));
    routes.route("/{room}/people", get(people));
}
