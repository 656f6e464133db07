// error: a bare number, bool or enum could be text or JSON

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

Task<Result<int>> wrong(Path<int> id);

void routes(Server& server) { server.route("/", get(wrong)); }
