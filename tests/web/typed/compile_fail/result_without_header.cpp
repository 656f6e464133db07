// one error: #include <hyperlane/typed.hpp> for a handler with arguments or results of its own
#include <hyperlane/hyperlane.hpp>

struct User {
    int id = 0;
};

User one(hyperlane::Context);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::get(one)); }
