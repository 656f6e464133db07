// error: for a member that may be absent, null or a value use json::Patch<T>
#include <hyperlane/json/write.hpp>

#include <memory>
#include <optional>

struct Change {
    std::optional<std::unique_ptr<int>> due;
};

bool text(const Change& change) { return hyperlane::to_json(change).has_value(); }
