// Static, dynamic, regex and tail routes. The more special one wins, whatever the order of registration.

#include <hyperlane/hyperlane.hpp>

#include <string>

using namespace hyperlane;

void current_user(Context ctx) { ctx.set_response_body("the current user"); }

void user_by_number(Context ctx) {
    ctx.set_response_body("user number " + std::to_string(ctx.get_route_param<int>("id")));
}

void user_by_name(Context ctx) { ctx.set_response_body("user named " + ctx.get_route_param<std::string>("id")); }

void rest_of_path(Context ctx) { ctx.set_response_body("file " + ctx.get_route_param<std::string>("path")); }

void list_orders(Context ctx) { ctx.set_response_body("no orders"); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    // [routes]
    server.route("/api/users/{id}", get(user_by_name));
    server.route("/api/users/{id:\\d+}", get(user_by_number));
    server.route("/api/users/me", get(current_user));
    server.route("/files/{path:^.*$}", get(rest_of_path));
    server.group("/api/v2", [](Routes& api) {  //
        api.route("/orders", get(list_orders));
    });
    // [/routes]
    return server.run();
}
