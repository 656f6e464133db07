#pragma once

/// One scalar from bare text, as it stands in a query, a path or a field: `42`, not `"42"`.

#include <hyperlane/json/type_info.hpp>

#include <string>
#include <string_view>

namespace hyperlane::json {

/// Can a value of this type stand as bare text? Numbers, booleans, text, enums, times, bytes, and optionals of them.
[[nodiscard]] bool is_scalar(const TypeInfo& info) noexcept;

/// Read `text` into the object that `info` describes: numbers as JSON writes them, "true" or "1" and "false" or "0",
/// an enumerator by its name, a time per RFC 3339, bytes as base64, anything as a string. An optional is filled.
///
/// in       info: of a scalar
/// out      the object; as it was on failure. A std::string_view views `text`
/// returns  empty when it worked, else what would be right: "must be an integer from 0 to 255"
[[nodiscard]] std::string read_text(std::string_view text, void* object, const TypeInfo& info);

}  // namespace hyperlane::json
