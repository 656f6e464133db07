// A parameter that is not what it should be ends in a 400 that names it.

#include <hyperlane/hyperlane.hpp>

#include <cstdint>
#include <string>

using namespace hyperlane;

namespace {

void show_user(Context ctx) {
    const auto id = ctx.get_route_param<std::uint32_t>("id");
    ctx.set_response_body("user " + std::to_string(id));
}

}  // namespace

void mount_parameters(Routes& routes) { routes.route("/users/{id}", get(show_user)); }
