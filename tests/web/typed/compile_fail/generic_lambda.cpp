// error: a handler must say what it takes

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

void routes(Server& server) {
    server.route("/{id}", get([](auto first, auto second) { return first + second; }));
}
