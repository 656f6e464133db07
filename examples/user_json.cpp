// A route parameter in, JSON out, written by hand.

#include <hyperlane/hyperlane.hpp>

#include <string>

using namespace hyperlane;

void get_user_by_id(Context ctx) {
    const auto id = ctx.get_route_param<int>("id");
    ctx.set_response_header(header::content_type, mime::application_json)
        .set_response_body(R"({"id":)" + std::to_string(id) + R"(,"name":"User )" + std::to_string(id) + "\"}");
}

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/users/{id}", get(get_user_by_id));
    return server.run();
}
