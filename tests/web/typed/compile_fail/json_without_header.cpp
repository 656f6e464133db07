// error: set_response_body_json needs #include <hyperlane/typed.hpp>

#include <hyperlane/hyperlane.hpp>

using namespace hyperlane;

struct User {
    int id = 0;
};

void wrong(Context ctx) { ctx.set_response_body_json(User{}); }
