// error: json: use std::array in place of a C array
#include <hyperlane/json/write.hpp>

#include <string>

struct Packet {
    int kind = 0;
    int words[4] = {};
    std::string text;
};

std::string text(const Packet& packet) { return hyperlane::to_json(packet).value_or(""); }
