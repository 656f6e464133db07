// Security fields on every response, errors too: by hand, and below /app by `secure_headers`.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/middleware.hpp>

using namespace hyperlane;

void secure(Context ctx) {
    if (ctx.get_request_path().starts_with("/app")) return;
    ctx.set_response_header(header::access_control_allow_origin, "https://trusted-domain.com")
        .set_response_header(header::x_content_type_options, "nosniff")
        .set_response_header(header::x_frame_options, "DENY")
        .set_response_header("X-XSS-Protection", "1; mode=block");
}

void home(Context ctx) { ctx.set_response_body("safe"); }

void fails(Context) { throw HttpError(500); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.response_middleware(secure);
    server.route("/", get(home));
    server.route("/fails", get(fails));
    server.group("/app", [](Routes& app) {
        app.use(secure_headers({.frame_options = "SAMEORIGIN"}));
        app.route("/", get(home));
    });
    return server.run();
}
