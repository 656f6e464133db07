// error: #include <hyperlane/typed.hpp>

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

struct User {};
hyperlane::Task<> chat(hyperlane::WebSocket, User);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::ws(hyperlane::get(chat))); }
