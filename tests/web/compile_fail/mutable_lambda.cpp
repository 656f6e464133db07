// one error: a lambda that is a handler must not be mutable: it is shared by all loops and called as const

#include <hyperlane/hyperlane.hpp>

void routes(hyperlane::Server& server) {
    server.route("/", [count = 0](hyperlane::Context) mutable { ++count; });
}
