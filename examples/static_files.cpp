// Files from a directory, three ways: by a handler of one's own, by a handler object, and as an application that
// routes in the browser.

#include <hyperlane/files.hpp>
#include <hyperlane/hyperlane.hpp>

#include <cstdlib>
#include <string>

using namespace hyperlane;

namespace {

std::string root() {
    const char* given = std::getenv("STATIC_ROOT");
    return given != nullptr ? given : ".";
}

Task<> serve(Context ctx) { co_await serve_file(ctx, root(), ctx.get_route_param<std::string>("path")); }

}  // namespace

int main(int argc, char** argv) {
    Server server;
    server.workers(1).arguments(argc, argv);
    server.route("/files/{path:^.*$}", get(serve));
    server.route("/static/{path:^.*$}", get(static_files(root(), {.cache_control = "public, max-age=3600"})));
    server.route("/app/{path:^.*$}", get(static_files(root(), {.index = "index.html", .fallback = "index.html"})));
    return server.run();
}
