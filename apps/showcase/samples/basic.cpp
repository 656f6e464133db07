// The smallest handler: a function of a context.

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

namespace {

void hello_world(Context ctx) { ctx.set_response_status_code(200).set_response_body("Hello, World!"); }

}  // namespace

void mount_basic(Routes& routes) { routes.route("/", get(hello_world)); }
