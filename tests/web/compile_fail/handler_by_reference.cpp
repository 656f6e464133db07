// error: a coroutine takes its Context by value

#include <hyperlane/hyperlane.hpp>

hyperlane::Task<> wrong(const hyperlane::Context& ctx);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::get(wrong)); }
