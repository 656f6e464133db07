// error: there is one body, and two of

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct User {
    int id = 0;
};

std::string wrong(Json<User> user, BodyText text);

void routes(Server& server) { server.route("/", post(wrong)); }
