#pragma once

/// Points in time as RFC 3339 writes them: "2026-11-22T17:13:50.125Z".

#include <hyperlane/json/type_info.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperlane::json {

inline constexpr std::size_t longest_time = 40;

/// Write `ticks` of the unit of `info` since 1970 in UTC, with as many digits of a second as the unit has (0, 3, 6, 9).
/// Returns where the text ends; nullptr when the year is not 0 to 9999.
char* write_time(std::int64_t ticks, const TimeInfo& info, char* out) noexcept;

/// Any offset is taken; digits finer than the unit are cut off. False when malformed or out of range of 64 bits. A leap
/// second (":60") is the first second of the next minute.
[[nodiscard]] bool parse_time(std::string_view text, const TimeInfo& info, std::int64_t& ticks) noexcept;

}  // namespace hyperlane::json
