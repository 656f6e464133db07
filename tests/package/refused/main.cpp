#include <hyperlane/hyperlane.hpp>
#include <hyperlane/io/offload.hpp>

#include <part.hpp>

using namespace hyperlane;

Task<> captures(Context ctx) {
    const std::string text(100, 'x');
    ctx.set_response_body(std::to_string(co_await offload([text] { return text.size(); })));
}

int main() {
    Server server;
    server.route("/", get(captures)).route("/part", get(from_a_header));
    return server.run();
}
