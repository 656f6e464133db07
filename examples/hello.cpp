// A route, a middleware before it and one after it, one event loop.

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

void set_type(Context ctx) { ctx.set_response_header(header::content_type, mime::text_plain); }

void hello_world(Context ctx) { ctx.set_response_body("Hello, World!"); }

void show_user(Context ctx) { ctx.set_response_body(ctx.get_route_param("id").value_or("nobody")); }

void log_failure(Context ctx) {
    if (ctx.get_response_status_code() >= 500) log(LogLevel::warn, ctx.get_request_path());
}

int main(int argc, char** argv) {
    Server server;
    server.workers(1).arguments(argc, argv);
    server.request_middleware(set_type).response_middleware(log_failure);
    server.route("/", get(hello_world));
    server.route("/users/{id}", get(show_user));
    return server.run();
}
