// error: min, max, above and below are for members that are numbers

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

using namespace hyperlane;

struct User {
    std::string name;
};

template <>
inline constexpr auto hyperlane::json::options<User> = hyperlane::json::Type<User>().min<&User::name>(1);
