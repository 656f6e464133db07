// one error: #include <hyperlane/typed.hpp> for a handler with arguments or results of its own
#include <hyperlane/hyperlane.hpp>

#include <string>

void routes(hyperlane::Server& server) {
    server.route("/", hyperlane::get([] { return std::string("hello"); }));
}
