// error: a bare number or text does not say where it is from

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

std::string wrong(int id);

void routes(Server& server) { server.route("/", get(wrong)); }
