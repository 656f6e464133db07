// error: a WebSocket begins with a GET, which has no body

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>
#include <hyperlane/typed.hpp>

hyperlane::Task<> chat(hyperlane::WebSocket, hyperlane::BodyText);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::ws(hyperlane::get(chat))); }
