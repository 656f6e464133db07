#pragma once

/// Strings as JSON writes them: quoted, escaped, and checked for UTF-8.

#include <cstddef>
#include <string_view>

namespace hyperlane::json {

/// The most characters that one character of input takes ("\u0000").
inline constexpr std::size_t longest_escape = 6;

/// Copies `in` with what must be escaped, up to the end or to `out_limit`, whichever comes first.
struct EscapeStep {
    const char* in;  ///< how far the input was taken; nullptr when it is not UTF-8
    char* out;
};
[[nodiscard]] EscapeStep write_escaped(const char* in, const char* in_end, char* out, const char* out_limit) noexcept;

}  // namespace hyperlane::json
