// The three CORS fields set by hand, on every response: other sites may read this data.

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

namespace {

void cross_origin(Context ctx) {
    ctx.set_response_header(header::access_control_allow_origin, header::any)
        .set_response_header(header::access_control_allow_methods, "GET, POST, OPTIONS")
        .set_response_header(header::access_control_allow_headers, "Content-Type");
}

void preflight(Context ctx) { ctx.set_response_status_code(204); }

void data(Context ctx) { ctx.set_response_body("for everybody"); }

}  // namespace

void mount_cors(Routes& routes) {
    routes.response_middleware(cross_origin);
    routes.route("/data", methods({GET, POST}, data));
    routes.route("/data", options(preflight));
}
