// error: for a member that may be absent, null or a value use json::Patch<T>
#include <hyperlane/json/json.hpp>

#include <optional>
#include <string_view>

struct Change {
    hyperlane::json::Patch<std::optional<int>> due;
};

bool read(std::string_view text) { return hyperlane::from_json<Change>(text).has_value(); }
