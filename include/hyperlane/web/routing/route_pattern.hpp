#pragma once

/// The text of a route, taken apart: what a router is built from.
///
///     pattern  = 1*( "/" segment )
///     segment  = literal              a static segment; %XX stands for one byte, so %2F, %7B, %3F can be written
///              | [literal] param *( [literal] param ) [literal]
///              | tail                 only as the last segment
///     param    = "{" name "}"         one byte or more of this segment
///              | "{" name ":" regex "}"   RE2 syntax; must match all of its part of the segment
///     tail     = "{*" name "}" | "{" name ":.*}" | "{" name ":.+}"     the rest of the path, slashes included
///
/// `^` at the start and `$` at the end of a regex are allowed and change nothing. A regex other than the tails above
/// sees one decoded segment and never reads past a slash of the path. `.` matches a line feed too: a segment has no
/// lines.

#include <hyperlane/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

/// A run of literal text, or one parameter.
struct PatternPiece {
    bool is_param = false;
    std::string text;        ///< the decoded literal, or the name of the parameter
    std::string regex;       ///< without its anchors; empty for a plain parameter
    std::size_t column = 0;  ///< where it starts in the pattern, counted from 1
};

enum class SegmentKind : std::uint8_t { fixed, param, tail };

struct PatternSegment {
    SegmentKind kind = SegmentKind::fixed;
    bool tail_may_be_empty = false;
    std::vector<PatternPiece> pieces;
    std::string key;  ///< equal for segments that answer for the same text: the segment without parameter names

    [[nodiscard]] std::size_t literal_bytes() const noexcept;
    [[nodiscard]] std::size_t prefix_bytes() const noexcept;  ///< the literal before the first parameter
    [[nodiscard]] std::size_t plain_params() const noexcept;  ///< parameters without a regex
};

/// The order in which segments at one place are tried, whatever the order of registration: static, then more literal
/// text, then fewer plain parameters (so a regex before `{id}`), then the longer literal prefix, the longer key, the
/// smaller key; tails last, `.+` before `.*`.
[[nodiscard]] bool ranks_before(const PatternSegment& left, const PatternSegment& right) noexcept;

struct RoutePattern {
    static constexpr std::size_t max_params = 16;
    static constexpr std::size_t max_segments = 64;

    std::string text;
    std::vector<PatternSegment> segments;
    std::vector<std::string> names;  ///< parameters from left to right

    /// Take a pattern apart. A regex is cut out but not compiled.
    ///
    /// errors   invalid_argument, saying what is wrong, at which column, and what to write instead
    [[nodiscard]] static Result<RoutePattern> parse(std::string_view pattern);

    /// No parameter, and no literal that holds a slash: answers for exactly one undecoded path.
    [[nodiscard]] bool is_static() const noexcept;
};

}  // namespace hyperlane::web
