#pragma once

/// A field that came on several lines, as one list.

#include <hyperlane/http/exchange.hpp>

#include <optional>
#include <string_view>

namespace hyperlane::http {

/// All lines of a field of the request, joined by ", " (RFC 9110 5.3).
///
/// returns  a view of the exchange; nothing if there is no such field
[[nodiscard]] std::optional<std::string_view> joined_field(Exchange& exchange, std::string_view name);

}  // namespace hyperlane::http
