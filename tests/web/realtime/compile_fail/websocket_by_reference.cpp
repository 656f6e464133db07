// error: a WebSocket is taken by value

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>
#include <hyperlane/typed.hpp>

hyperlane::Task<> chat(hyperlane::Context, hyperlane::WebSocket&);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::ws(hyperlane::get(chat))); }
