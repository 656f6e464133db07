// CORS twice: the three fields set by hand on every response, and `cors`, which also answers preflights.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/middleware.hpp>

using namespace hyperlane;

void cross_origin(Context ctx) {
    ctx.set_response_header(header::access_control_allow_origin, header::any)
        .set_response_header(header::access_control_allow_methods, "GET, POST, OPTIONS")
        .set_response_header(header::access_control_allow_headers, "Content-Type");
}

void data(Context ctx) { ctx.set_response_body("for everybody"); }

void account(Context ctx) { ctx.set_response_body("for the app, with its cookies"); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/data", get(data));
    server.response_middleware([](Context ctx) {
        if (!ctx.get_request_path().starts_with("/api/")) cross_origin(ctx);
    });
    // [cors]
    server.group("/api", [](Routes& api) {
        api.use(cors({.origins = {"https://app.example"}, .credentials = true}));
        api.route("/account", methods({GET, PUT}, account));
    });
    // [/cors]
    return server.run();
}
