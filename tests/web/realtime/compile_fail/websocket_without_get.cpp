// error: a handler that takes a WebSocket is routed with ws()

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

hyperlane::Task<> chat(hyperlane::Context, hyperlane::WebSocket);

void routes(hyperlane::Server& server) { server.route("/", chat); }
