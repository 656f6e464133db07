// error: every member of the struct in Query<T>

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct Inner {
    int a = 0;
};
struct Page {
    Inner inner;
};

std::string wrong(Query<Page> page);

void routes(Server& server) { server.route("/", get(wrong)); }
