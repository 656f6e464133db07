// error: a response with this status has no body

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

Status<204, std::string> wrong(Path<int> id);

void routes(Server& server) { server.route("/", get(wrong)); }
