// Request middleware that answers: the handler does not run, response middleware does.

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

namespace {

void require_token(Context ctx) {
    if (ctx.get_request_header(header::authorization) == "Bearer secret") return;
    ctx.set_response_status_code(401)
        .set_response_header(header::www_authenticate, "Bearer")
        .set_response_body("Unauthorized");
}

void secret(Context ctx) {
    log(LogLevel::info, "the secret was told");
    ctx.set_response_header("X-Handler", "ran").set_response_body("the answer is 42");
}

void mark(Context ctx) { ctx.set_response_header("X-Served-By", "hyperlane"); }

}  // namespace

void mount_auth(Routes& routes) {
    routes.request_middleware(require_token).response_middleware(mark);
    routes.route("/secret", get(secret));
}
