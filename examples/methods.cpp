// One combinator per method. A path that exists, asked with a method that it does not answer, gives 405 with Allow;
// HEAD comes with GET, and OPTIONS by itself.

#include <hyperlane/hyperlane.hpp>

#include <string>

using namespace hyperlane;

void show(Context ctx) { ctx.set_response_body("answered " + std::string(ctx.get_request_method_token())); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/get", get(show));
    server.route("/post", post(show));
    server.route("/put", put(show));
    server.route("/patch", patch(show));
    server.route("/delete", del(show));
    server.route("/head", head(show));
    server.route("/options", options(show));
    server.route("/trace", trace(show));
    server.route("/get_or_post", methods({GET, POST}, show));
    server.route("/any", show);
    return server.run();
}
