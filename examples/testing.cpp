// A server and its tests in one program: requests run in process, and virtual time passes at once.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/testing.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

using namespace hyperlane;
using namespace std::chrono_literals;

Task<> after_an_hour(Context ctx) {
    co_await sleep(1h);
    ctx.set_response_body("it is time");
}

void configure(Server& server) {
    server.limits({.handler_timeout = 2h});
    server.route("/later", get(after_an_hour));
}

bool expect(bool holds, const char* what) {
    std::printf("%s: %s\n", holds ? "ok" : "FAILED", what);
    return holds;
}

bool test() {
    Server server;
    configure(server);
    // [testing]
    TestClient client(server);
    auto pending = client.get("/later").start();
    client.advance(59min);
    bool good = expect(!pending.done(), "nothing comes too early");
    good &= expect(pending.response().body() == "it is time", "the answer comes after an hour");
    good &= expect(client.post("/later").send().status() == 405, "only GET is answered");
    // [/testing]
    return good;
}

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "--test") return test() ? EXIT_SUCCESS : EXIT_FAILURE;
    Server server;
    server.port(8080).arguments(argc, argv);
    configure(server);
    return server.run();
}
