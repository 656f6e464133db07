// error: a json::Patch can only be a member of a struct
#include <hyperlane/json/json.hpp>

#include <string_view>

bool read(std::string_view text) { return hyperlane::from_json<hyperlane::json::Patch<int>>(text).has_value(); }
