// A plain struct becomes JSON, with its content type.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <string>

using namespace hyperlane;

// [user]
struct User {
    int id = 0;
    std::string name;
};

void get_user_by_id(Context ctx) {
    const auto id = ctx.get_route_param<int>("id");
    const User user{id, "User " + std::to_string(id)};
    ctx.set_response_body_json(user);
}
// [/user]

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/users/{id}", get(get_user_by_id));
    return server.run();
}
