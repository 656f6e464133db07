// error: nothing says how it is made from a request

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>
#include <hyperlane/typed.hpp>

class User {
public:
    explicit User(int);
};
hyperlane::Task<> chat(hyperlane::WebSocket, User);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::ws(hyperlane::get(chat))); }
