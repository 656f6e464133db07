// Request middleware that answers: the handler does not run, response middleware does.

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

// [auth]
void require_token(Context ctx) {
    if (ctx.get_request_header(header::authorization) == "Bearer secret") return;
    ctx.set_response_status_code(401)
        .set_response_header(header::www_authenticate, "Bearer")
        .set_response_body("Unauthorized");
}
// [/auth]

void secret(Context ctx) {
    log(LogLevel::info, "the secret was told");
    ctx.set_response_body("the answer is 42");
}

void mark(Context ctx) { ctx.set_response_header("X-Served-By", "hyperlane"); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.request_middleware(require_token).response_middleware(mark);
    server.route("/secret", get(secret));
    return server.run();
}
