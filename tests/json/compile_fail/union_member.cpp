// error: json: a union does not know which member it holds; use std::variant
#include <hyperlane/json/write.hpp>

#include <string>
#include <vector>

union Number {
    int integer;
    float real;
};

struct Sample {
    std::vector<Number> numbers;
};

std::string text(const Sample& sample) { return hyperlane::to_json(sample).value_or(""); }
