// error: nothing says how this type becomes a response

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

class Handle {
public:
    explicit Handle(int fd);
};

Handle wrong(Path<int> id);

void routes(Server& server) { server.route("/", get(wrong)); }
