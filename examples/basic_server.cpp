// The smallest server.

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

void hello_world(Context ctx) { ctx.set_response_status_code(200).set_response_body("Hello, World!"); }

int main(int argc, char** argv) {
    Server server;
    server.host("127.0.0.1").port(8080).arguments(argc, argv);
    server.route("/", get(hello_world));
    return server.run();  // logs the reason and returns EXIT_FAILURE if it cannot listen
}
