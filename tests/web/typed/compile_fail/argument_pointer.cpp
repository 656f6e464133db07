// error: a handler cannot take a pointer

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct Users {};

std::string wrong(Users* users);

void routes(Server& server) { server.route("/", get(wrong)); }
