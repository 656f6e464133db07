// error: json: an enum needs a fixed underlying type to be written by name
#include <hyperlane/json/write.hpp>

#include <string>

enum Color { red, green };

struct Car {
    Color color = red;
};

std::string text(const Car& car) { return hyperlane::to_json(car).value_or(""); }
