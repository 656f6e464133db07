// error: taken by non-const reference; take it by value

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

std::string wrong(Path<int>& id);

void routes(Server& server) { server.route("/", get(wrong)); }
