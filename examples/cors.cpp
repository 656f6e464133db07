// The three CORS fields set by hand, on every response.

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

void cross_origin(Context ctx) {
    ctx.set_response_header(header::access_control_allow_origin, header::any)
        .set_response_header(header::access_control_allow_methods, "GET, POST, OPTIONS")
        .set_response_header(header::access_control_allow_headers, "Content-Type");
}

void data(Context ctx) { ctx.set_response_body("for everybody"); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.response_middleware(cross_origin);
    server.route("/data", get(data));
    return server.run();
}
