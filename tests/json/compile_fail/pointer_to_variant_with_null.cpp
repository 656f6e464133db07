// error: for a member that may be absent, null or a value use json::Patch<T>
#include <hyperlane/json/json.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

struct Call {
    std::shared_ptr<std::variant<std::monostate, std::string>> id;
};

bool read(std::string_view text) { return hyperlane::from_json<Call>(text).has_value(); }
