// error: a Context is taken by value, `Context ctx`

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

void wrong(Context& ctx, Path<int> id);

void routes(Server& server) { server.route("/", get(wrong)); }
