// error: caption
// error: json: std::string_view can be written but not read, as nothing would own the text; use std::string
#include <hyperlane/json/read.hpp>

#include <string_view>
#include <vector>

struct Line {
    std::string_view caption;
};

struct File {
    std::vector<Line> lines;
};

bool good(std::string_view text) { return hyperlane::from_json<File>(text).has_value(); }
