// Static, regex, dynamic and tail routes. The more special one wins, whatever the order of registration.

#include <hyperlane/hyperlane.hpp>

#include <string>

using namespace hyperlane;

namespace {

void current_user(Context ctx) { ctx.set_response_body("static: the current user"); }

void user_by_number(Context ctx) {
    ctx.set_response_body("regex: user number " + std::to_string(ctx.get_route_param<int>("id")));
}

void user_by_name(Context ctx) {
    ctx.set_response_body("dynamic: user named " + ctx.get_route_param<std::string>("id"));
}

void rest_of_path(Context ctx) { ctx.set_response_body("tail: " + ctx.get_route_param<std::string>("path")); }

}  // namespace

void mount_routes(Routes& routes) {
    routes.route("/users/{id}", get(user_by_name));
    routes.route("/users/{id:\\d+}", get(user_by_number));
    routes.route("/users/me", get(current_user));
    routes.route("/files/{path:^.*$}", get(rest_of_path));
}
