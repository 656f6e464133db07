// error: a handler of a WebSocket is a coroutine

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>
#include <hyperlane/typed.hpp>

void chat(hyperlane::WebSocket, hyperlane::Path<int>);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::ws(hyperlane::get(chat))); }
