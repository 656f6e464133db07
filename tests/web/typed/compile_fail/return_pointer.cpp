// error: a handler cannot return a pointer

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct User {
    int id = 0;
};

User* wrong(Path<int> id);

void routes(Server& server) { server.route("/", get(wrong)); }
