// Security fields on every response, errors too.

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

namespace {

void secure(Context ctx) {
    ctx.set_response_header(header::access_control_allow_origin, "https://trusted-domain.com")
        .set_response_header(header::x_content_type_options, "nosniff")
        .set_response_header(header::x_frame_options, "DENY")
        .set_response_header("X-XSS-Protection", "1; mode=block");
}

void home(Context ctx) { ctx.set_response_body("safe"); }

void fails(Context) { throw HttpError(500); }

}  // namespace

void mount_security(Routes& routes) {
    routes.response_middleware(secure);
    routes.route("/", get(home));
    routes.route("/fails", get(fails));
}
