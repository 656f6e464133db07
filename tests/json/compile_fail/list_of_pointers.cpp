// error: friends
// one error: json: a raw pointer or reference tells neither owner nor length
#include <hyperlane/json/write.hpp>

#include <string>
#include <vector>

struct User {
    std::string name;
    std::vector<User*> friends;
};

std::string text(const User& user) { return hyperlane::to_json(user).value_or(""); }
