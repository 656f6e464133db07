// Four ways to a body: a literal, text put together from parts, a string, and a struct.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <string>

using namespace hyperlane;

void literal(Context ctx) { ctx.set_response_body(static_text("this literal is never copied to the heap")); }

void formatted(Context ctx) {
    ctx.set_response_body("you asked for " + std::string(ctx.get_request_query("what").value_or("nothing")));
}

void moved(Context ctx) {
    std::string text(1'000'000, 'x');
    ctx.set_response_body(std::move(text));  // moved, not copied
}

struct Greeting {
    std::string message;
    int count = 0;
};

void structured(Context ctx) {
    ctx.set_response_body_json(Greeting{"hello", 3});  // written straight into the memory of the response
}

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/literal", get(literal));
    server.route("/formatted", get(formatted));
    server.route("/moved", get(moved));
    server.route("/structured", get(structured));
    return server.run();
}
