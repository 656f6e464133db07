// error: json: a struct with a base class cannot be reflected; make the base a member
#include <hyperlane/json/write.hpp>

#include <string>

struct Entity {
    int id = 0;
};

struct User : Entity {
    std::string name;
};

std::string text(const User& user) { return hyperlane::to_json(user).value_or(""); }
