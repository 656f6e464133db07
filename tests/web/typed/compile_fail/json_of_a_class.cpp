// error: Json<T> takes a plain struct

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

class User {
public:
    explicit User(int id) : id_(id) {}

private:
    int id_;
};

std::string wrong(Json<User> user);

void routes(Server& server) { server.route("/", post(wrong)); }
