// error: a coroutine takes its arguments by value

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct User {
    int id = 0;
};

Task<std::string> wrong(const Json<User>& user);

void routes(Server& server) { server.route("/", post(wrong)); }
