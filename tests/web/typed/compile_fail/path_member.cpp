// error: every member of the struct in Path<T>

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct Place {
    std::vector<int> numbers;
};

std::string wrong(Path<Place> place);

void routes(Server& server) { server.route("/", get(wrong)); }
