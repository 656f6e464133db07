// A REST API from plain structs and functions: the types say what is parsed, checked and answered. `--test` runs its
// tests, which need no socket.

#include <hyperlane/testing.hpp>
#include "todos.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace hyperlane;

namespace {

int failures = 0;

void expect(const TestResponse& response, int status, std::string_view body, std::string_view what) {
    const bool as_wanted = response.status() == status && (body.empty() || response.body() == body);
    std::printf("%s: %.*s\n", as_wanted ? "ok" : "FAILED", static_cast<int>(what.size()), what.data());
    if (!as_wanted) std::printf("    %d %s\n", response.status(), response.body().c_str());
    failures += as_wanted ? 0 : 1;
}

bool test() {
    Server server;
    configure(server);
    TestClient client(server);
    const std::string milk =
        R"({"id":1,"title":"buy milk","priority":"high","done":false,"tags":["shop"],"due":"2026-12-24T18:00:00Z"})";
    // [tests]
    expect(client.get("/todos").send(), 200, "[]", "the list begins empty");
    expect(client.post("/todos")
               .json(R"({"title":"buy milk","priority":"high","tags":["shop"],"due":"2026-12-24T18:00:00Z"})")
               .send(),
           201, milk, "a to-do is created");
    expect(client.post("/todos").json(R"({"title":"","tags":["A","a","a"]})").send(), 422, "", "rules are checked");
    // [/tests]
    expect(client.post("/todos").json(R"({"title":"call"})").send(), 201, "", "defaults may be left out");
    expect(client.post("/todos").json(R"({"title":)").send(), 400, "", "no JSON");
    expect(client.post("/todos").body("title=x").send(), 415, "", "not declared to be JSON");
    expect(client.get("/todos/1").send(), 200, milk, "it can be had");
    expect(client.get("/todos?priority=high&tag=shop").send(), 200, "[" + milk + "]", "and found");
    expect(client.get("/todos?done=true").send(), 200, "[]", "it is not done");
    expect(client.get("/todos?limit=0&done=perhaps").send(), 400, "", "a bad query");
    expect(client.patch("/todos/2").json(R"({"done":true})").send(), 200, "", "it is done");
    const std::string undated =
        R"({"id":1,"title":"buy milk","priority":"high","done":false,"tags":["shop"],"due":null})";
    expect(client.patch("/todos/1").json(R"({"title":"buy milk"})").send(), 200, milk, "what is absent stays");
    expect(client.patch("/todos/1").json(R"({"due":null})").send(), 200, undated, "null clears");
    expect(client.patch("/todos/2").json(R"({"colour":"red"})").send(), 422, "", "it has no colour");
    expect(client.del("/todos/2").send(), 204, "", "it is deleted");
    expect(client.del("/todos/2").send(), 404, "", "once");
    expect(client.get("/todos/2").send(), 404, "", "it is gone");
    expect(client.get("/todos/two").send(), 400, "", "a bad id");
    return failures == 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "--test") return test() ? EXIT_SUCCESS : EXIT_FAILURE;
    Server server;
    server.port(8080).arguments(argc, argv);
    configure(server);
    return server.run();
}
