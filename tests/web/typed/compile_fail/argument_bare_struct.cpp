// error: a bare struct does not say where it is from

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct User {
    int id = 0;
};

std::string wrong(User user);

void routes(Server& server) { server.route("/", post(wrong)); }
