#pragma once

/// Reads any JSON value into a json::Value.

#include <hyperlane/json/value.hpp>
#include "cursor.hpp"

namespace hyperlane::json {

class ValueReader {
public:
    explicit ValueReader(Cursor& cursor) : cursor_(cursor) {}

    [[nodiscard]] bool read(Value& out);

private:
    bool read_string(Value& out);
    bool read_number(Value& out);
    bool read_array(Value& out);
    bool read_object(Value& out);
    bool read_literal(std::string_view word, Value value, Value& out);
    bool merge_duplicates(Value& out, const std::vector<std::size_t>& offsets);

    Cursor& cursor_;  // views the cursor of the caller
};

}  // namespace hyperlane::json
