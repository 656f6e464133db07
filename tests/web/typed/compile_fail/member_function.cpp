// one error: a member function needs its object
#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <string>

struct Notes {
    std::string show(hyperlane::Path<int>) const;
};

void routes(hyperlane::Server& server) { server.route("/{id}", hyperlane::get(&Notes::show)); }
