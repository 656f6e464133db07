// error: length, pattern and email are for members that are text

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct User {
    int age = 0;
};

template <>
inline constexpr auto hyperlane::json::options<User> = hyperlane::json::Type<User>().length<&User::age>(1, 3);
