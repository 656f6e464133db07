// error: for a member that may be absent, null or a value use json::Patch<T>
#include <hyperlane/json/json.hpp>

#include <optional>
#include <string_view>

struct Call {
    std::optional<hyperlane::json::Value> params;
};

bool read(std::string_view text) { return hyperlane::from_json<Call>(text).has_value(); }
