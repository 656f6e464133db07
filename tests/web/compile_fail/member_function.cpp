// one error: a member function needs its object
#include <hyperlane/hyperlane.hpp>

struct Notes {
    void list(hyperlane::Context);
};

void routes(hyperlane::Server& server) { server.route("/", hyperlane::get(&Notes::list)); }
