#pragma once

/// Points in time as RFC 3339 writes them: "2026-11-22T17:13:50.125Z". Local ones are the same without the offset, and
/// may lack their seconds, as HTML's <input type="datetime-local"> sends them; in days they are dates: "2026-11-22".

#include <hyperlane/json/type_info.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperlane::json {

inline constexpr std::size_t longest_time = 40;

/// Write `ticks` of the unit of `info` since 1970 in UTC, with as many digits of a second as the unit has (0, 3, 6, 9).
/// Returns where the text ends; nullptr when the year is not 0 to 9999.
char* write_time(std::int64_t ticks, const TimeInfo& info, char* out) noexcept;

/// What a text of this type looks like: "a time as in 2026-01-31T12:00:00Z (RFC 3339)".
[[nodiscard]] std::string_view describe_time(const TimeInfo& info) noexcept;

/// Any offset is taken; digits finer than the unit are cut off. False when malformed or out of range of 64 bits. A leap
/// second (":60") is the first second of the next minute.
[[nodiscard]] bool parse_time(std::string_view text, const TimeInfo& info, std::int64_t& ticks) noexcept;

}  // namespace hyperlane::json
