// error: json: the alternatives of a std::variant must be structs, which get a tag, or differ in their JSON type
#include <hyperlane/json/write.hpp>

#include <string>
#include <variant>

struct Sample {
    std::variant<int, double> value;
};

std::string text(const Sample& sample) { return hyperlane::to_json(sample).value_or(""); }
