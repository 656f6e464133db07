// error: use() takes a coroutine `Task<> f(Context ctx, Next next)`

#include <hyperlane/hyperlane.hpp>

void wrong(hyperlane::Context ctx, hyperlane::Next next);

void routes(hyperlane::Server& server) { server.use(wrong); }
