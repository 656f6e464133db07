// error: frist_name
#include <hyperlane/json/write.hpp>

#include <string>

struct User {
    std::string first_name;
};

template <>
inline constexpr auto hyperlane::json::options<User> =
    hyperlane::json::Type<User>().rename<&User::frist_name>("firstName");

std::string text(const User& user) { return hyperlane::to_json(user).value_or(""); }
