// error: a json::Patch can only be a member of a struct
#include <hyperlane/json/json.hpp>

#include <string_view>
#include <vector>

struct Change {
    std::vector<hyperlane::json::Patch<int>> counts;
};

bool read(std::string_view text) { return hyperlane::from_json<Change>(text).has_value(); }
