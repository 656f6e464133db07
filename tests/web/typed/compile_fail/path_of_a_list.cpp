// error: Path<T> takes a number, bool, text, enum or time

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

std::string wrong(Path<std::vector<int>> ids);

void routes(Server& server) { server.route("/", get(wrong)); }
