// error: ws() takes a handler of a socket

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/realtime.hpp>

void plain(hyperlane::Context);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::ws(hyperlane::get(plain))); }
