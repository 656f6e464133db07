#pragma once

/// One segment of a pattern with parameters, compiled: decides about one decoded segment of a path.

#include <hyperlane/base/result.hpp>
#include <hyperlane/web/routing/route_pattern.hpp>
#include "one_pass_regex.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace hyperlane::web {

class SegmentMatcher {
public:
    /// errors   invalid_argument with the column and RE2's reason
    [[nodiscard]] static Result<SegmentMatcher> compile(const PatternSegment& segment);

    SegmentMatcher(SegmentMatcher&&) noexcept;
    SegmentMatcher& operator=(SegmentMatcher&&) noexcept;
    ~SegmentMatcher();

    /// The bare `{name}`, which any segment but the empty one matches; the router need not call `match` for it.
    [[nodiscard]] bool is_bare() const noexcept { return is_bare_; }
    [[nodiscard]] std::size_t param_count() const noexcept { return param_count_; }

    /// out      on success `param_count()` values, views into `segment`; where several parameters could share the text,
    ///          the first takes as much as it can
    /// cost     linear in the segment. No allocation, but RE2 grows its cache while it meets new text, and needs memory
    ///          for each match if a segment has several parameters with regexes that are no shapes
    /// threads  may be shared; RE2, used for what is no shape, guards its cache with a shared lock
    [[nodiscard]] bool match(std::string_view segment, ParamSlice* out) const;

private:
    enum class Kind : std::uint8_t {
        plain,   // prefix {a} suffix
        parts,   // prefix {a} literal {b} … suffix
        shape,   // regexes that a Shape can do
        regex,   // one parameter by RE2
        groups,  // several parameters by RE2
    };

    SegmentMatcher();

    Result<> compile_regexes(const PatternSegment& segment);
    bool match_parts(std::string_view middle, ParamSlice* out) const noexcept;
    bool match_re2(std::string_view middle, ParamSlice* out) const;

    Kind kind_ = Kind::plain;
    bool is_bare_ = false;
    std::size_t param_count_ = 0;
    std::string prefix_;
    std::string suffix_;
    std::vector<std::string> between_;  // parts: the literals between parameters
    Shape shape_;
    std::unique_ptr<re2::RE2> regex_;  // of what is between prefix and suffix
    std::vector<int> groups_;          // groups: which group is which parameter
    int group_count_ = 0;
};

}  // namespace hyperlane::web
