// Chat rooms: what is said comes as Server-Sent Events, to be said by POST. A room is a topic; who listens is in it.
//
//     curl -N 'localhost:8080/rooms/tea/events?name=ann'
//     curl -d 'hello' 'localhost:8080/rooms/tea/messages?name=bob'
//     curl 'localhost:8080/rooms/tea/people'

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

#include <algorithm>
#include <string>

using namespace hyperlane;

std::string room_of(const Context& ctx) { return "room " + ctx.get_route_param<std::string>("room"); }

std::string name_of_guest(const Context& ctx) {
    const std::string name(ctx.get_request_query("name").value_or(""));
    const bool printable = std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < ' '; });
    if (name.empty() || name.size() > 32 || !printable || !is_utf8(name)) {
        throw HttpError(400, "query parameter \"name\": expected 1 to 32 bytes of UTF-8 without control characters");
    }
    return name;
}

// [presence]
Task<> listen(Context ctx) {
    SubscribeOptions guest;
    guest.name = name_of_guest(ctx);
    guest.hears_presence = true;
    EventStream events(ctx);
    co_await events.follow(ctx.get_data<Hub>(), room_of(ctx), guest);
}

void people(Context ctx) {
    std::string names;
    for (const std::string& name : ctx.get_data<Hub>().present(room_of(ctx))) names.append(name).append("\n");
    ctx.set_response_body(std::move(names));
}
// [/presence]

Result<> say(Context ctx) {
    if (!is_utf8(ctx.get_request_body())) throw HttpError(400, "body: expected UTF-8");
    const std::string line = name_of_guest(ctx) + ": " + std::string(ctx.get_request_body());
    ctx.set_response_status_code(204);
    return ctx.get_data<Hub>().publish(room_of(ctx), line);
}

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.data(Hub());
    server.group("/rooms/{room}", [](Routes& room) {
        room.route("/events", get(listen));
        room.route("/messages", post(say));
        room.route("/people", get(people));
    });
    return server.run();
}
