// error: A lambda must be callable as const: it is shared by all loops

#include <hyperlane/hyperlane.hpp>

void routes(hyperlane::Server& server) {
    server.route("/", [count = 0](hyperlane::Context) mutable { ++count; });
}
