// error: Data<T> names the type that server.data(value) was given

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct Users {};

std::string wrong(Data<const Users> users);

void routes(Server& server) { server.route("/", get(wrong)); }
