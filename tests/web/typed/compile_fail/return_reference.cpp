// error: a handler returns a value, not a reference

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct User {
    int id = 0;
};

const User& wrong(Path<int> id);

void routes(Server& server) { server.route("/", get(wrong)); }
