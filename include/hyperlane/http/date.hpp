#pragma once

/// HTTP dates (RFC 9110 5.6.7): writes "Sun, 06 Nov 1994 08:49:37 GMT", reads all three forms.

#include <hyperlane/base/clock.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace hyperlane::http {

inline constexpr std::size_t http_date_bytes = 29;

/// Write an IMF-fixdate.
///
/// out      exactly 29 characters, not terminated
/// returns  the end of what was written
/// errors   years outside 0 to 9999 are clamped to that range
char* write_http_date(char* out, std::chrono::sys_seconds time) noexcept;

/// Read an IMF-fixdate, an RFC 850 date or an asctime date, strictly: case, spaces, ranges and the length of months
/// count.
///
/// in       `now` decides the century of a two-digit year: a year more than 50 years ahead lies in the past
/// returns  nullopt if malformed. A wrong day name is not looked at: recipients have no use for it. A leap second
///          (":60") is read as the second after it
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                                      std::chrono::sys_seconds now) noexcept;

}  // namespace hyperlane::http
