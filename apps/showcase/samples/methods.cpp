// One combinator per method. Any other method gets 405 with Allow; HEAD comes with GET, and OPTIONS by itself.

#include <hyperlane/hyperlane.hpp>

#include <string>

using namespace hyperlane;

namespace {

void show(Context ctx) { ctx.set_response_body("answered " + std::string(ctx.get_request_method_token())); }

}  // namespace

void mount_methods(Routes& routes) {
    routes.route("/get", get(show));
    routes.route("/post", post(show));
    routes.route("/get_or_post", methods({GET, POST}, show));
    routes.route("/item", put(show));
    routes.route("/item", patch(show));
    routes.route("/item", del(show));
    routes.route("/any", show);
}
