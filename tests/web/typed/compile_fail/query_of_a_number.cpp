// error: Query<T> takes a plain struct

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

std::string wrong(Query<int> page);

void routes(Server& server) { server.route("/", get(wrong)); }
