// error: the name in HeaderValue<"Name"> is no name of a field

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

std::string wrong(HeaderValue<"no name"> header);

void routes(Server& server) { server.route("/", get(wrong)); }
