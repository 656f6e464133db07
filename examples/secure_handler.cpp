// A parameter that is not what it should be ends in a 400 that names it.

#include <hyperlane/hyperlane.hpp>

#include <cstdint>
#include <string>

using namespace hyperlane;

// [secure]
void show_user(Context ctx) {
    const auto id = ctx.get_route_param<std::uint32_t>("id");
    ctx.set_response_body("user " + std::to_string(id));
}
// [/secure]

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/users/{id}", get(show_user));
    return server.run();
}
