// error: email
// one error: json: a raw pointer or reference tells neither owner nor length
#include <hyperlane/json/write.hpp>

#include <string>

struct User {
    std::string name;
    const char* email;
};

std::string text(const User& user) { return hyperlane::to_json(user).value_or(""); }
