// Chat rooms over WebSocket. A room is a topic of the hub: what one guest says, all in it hear, on whichever loop they
// are, and who listens under a name is in the list of those who are there.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

#include <algorithm>
#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

namespace {

std::string topic_of(const Context& ctx) { return "chat " + ctx.get_route_param<std::string>("room"); }

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
    const std::string topic = topic_of(ctx);
    const std::string name = *ctx.get_attribute<std::string>("name");
    SubscribeOptions guest;
    guest.name = name;
    guest.hears_presence = true;
    Scope listening;
    listening.spawn(listen, socket, hub.subscribe(topic, guest));
    co_await socket.send("* welcome, " + name);
    while (auto message = co_await socket.receive()) {
        if (!hub.publish(topic, name + ": " + message->data)) co_return;
    }
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
    routes.route("/{room}", ws(get(chat), attentive()).request_middleware(check_guest));
    routes.route("/{room}/people", get(people));
}
