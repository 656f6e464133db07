// one error: #include <hyperlane/typed.hpp> for a handler with arguments or results of its own
// error: a handler or middleware is a function `void f(Context ctx)` or a coroutine `Task<> f(Context ctx)`

#include <hyperlane/hyperlane.hpp>

int wrong(hyperlane::Context, int);

void routes(hyperlane::Server& server) { server.route("/", hyperlane::get(wrong)); }
