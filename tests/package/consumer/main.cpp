#include <hyperlane/hyperlane.hpp>
#include <hyperlane/testing.hpp>

#include <cstdio>

using namespace hyperlane;

void hello_world(Context ctx) { ctx.set_response_body("Hello, World!"); }

int main() {
    Server server;
    server.route("/greet/{name:[a-z]+}", get(hello_world));
    TestClient client(server);
    const auto response = client.get("/greet/world").send();
    std::printf("%d.%d %d %s\n", HYPERLANE_VERSION_MAJOR, HYPERLANE_VERSION_MINOR, response.status(),
                response.body().c_str());
}
