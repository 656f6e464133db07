// error: nothing says how it is made from a request
// error: Users

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

class Users {
public:
    explicit Users(int count);
};

std::string wrong(Users users);

void routes(Server& server) { server.route("/", get(wrong)); }
