// error: json: two members would have the same name in JSON
#include <hyperlane/json/write.hpp>

#include <string>

struct User {
    std::string name;
    std::string first_name;
};

template <>
inline constexpr auto hyperlane::json::options<User> = hyperlane::json::Type<User>().rename<&User::first_name>("name");

std::string text(const User& user) { return hyperlane::to_json(user).value_or(""); }
