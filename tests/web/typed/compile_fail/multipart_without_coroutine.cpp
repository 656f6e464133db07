// error: this one is read with co_await: make the handler a coroutine

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

std::string wrong(Multipart form);

void routes(Server& server) { server.route("/", post(wrong)); }
