// one error: #include <hyperlane/typed.hpp> for a handler with arguments or results of its own
#include <hyperlane/hyperlane.hpp>

hyperlane::Result<int> wrong(hyperlane::Context);

void routes(hyperlane::Server& server) { server.request_middleware(wrong); }
