// Three ways to a response body, and the body of a request.

#include <hyperlane/hyperlane.hpp>

#include <string>
#include <utility>

using namespace hyperlane;

namespace {

void literal(Context ctx) { ctx.set_response_body(static_text("this literal is never copied to the heap")); }

void formatted(Context ctx) {
    ctx.set_response_body("you asked for " + std::string(ctx.get_request_query("what").value_or("nothing")));
}

void moved(Context ctx) {
    std::string text(100'000, 'x');
    ctx.set_response_body(std::move(text));  // moved, not copied
}

void echo(Context ctx) { ctx.set_response_body(ctx.get_request_body()); }

}  // namespace

void mount_bodies(Routes& routes) {
    routes.route("/literal", get(literal));
    routes.route("/formatted", get(formatted));
    routes.route("/moved", get(moved));
    routes.route("/echo", post(echo).body_limit(1000));
}
