// error: a lambda that is a handler must not be mutable

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

void routes(Server& server) {
    server.route("/{id}", get([count = 0](Path<int> id) mutable { return std::to_string(count += id); }));
}
