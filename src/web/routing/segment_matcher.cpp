#include "segment_matcher.hpp"

#include <array>
#include <cassert>
#include <utility>

#include <re2/re2.h>

namespace hyperlane::web {
namespace {

constexpr int max_groups = 64;

RE2::Options options_of_routes() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true);  // a segment has no lines
    return options;
}

std::unique_ptr<RE2> compile_regex(const std::string& text) {
    return std::make_unique<RE2>(re2::StringPiece(text.data(), text.size()), options_of_routes());
}

/// A bare parameter takes any byte, also what is not UTF-8.
constexpr std::string_view plain_group = "(\\C+)";

std::unexpected<Error> wrong_regex(const PatternPiece& piece, const std::string& reason) {
    return fail(ErrorCode::invalid_argument, "the regex of {" + piece.text + "} at column " +
                                                 std::to_string(piece.column) + " is not valid: " + reason);
}

}  // namespace

SegmentMatcher::SegmentMatcher() = default;
SegmentMatcher::SegmentMatcher(SegmentMatcher&&) noexcept = default;
SegmentMatcher& SegmentMatcher::operator=(SegmentMatcher&&) noexcept = default;
SegmentMatcher::~SegmentMatcher() = default;

Result<SegmentMatcher> SegmentMatcher::compile(const PatternSegment& segment) {
    SegmentMatcher matcher;
    const auto& pieces = segment.pieces;
    std::size_t plain = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (pieces[i].is_param) {
            ++matcher.param_count_;
            plain += pieces[i].regex.empty() ? 1 : 0;
        } else if (i == 0) {
            matcher.prefix_ = pieces[i].text;
        } else if (i + 1 == pieces.size()) {
            matcher.suffix_ = pieces[i].text;
        } else {
            matcher.between_.push_back(pieces[i].text);
        }
    }
    matcher.is_bare_ = pieces.size() == 1 && plain == 1;
    if (plain == matcher.param_count_) {
        matcher.kind_ = plain == 1 ? Kind::plain : Kind::parts;
    } else if (auto done = matcher.compile_regexes(segment); !done) {
        return std::unexpected(std::move(done.error()));
    }
    return matcher;
}

Result<> SegmentMatcher::compile_regexes(const PatternSegment& segment) {
    std::string text;
    bool is_shape = true;
    for (std::size_t i = 0; i < segment.pieces.size(); ++i) {
        const auto& piece = segment.pieces[i];
        if (!piece.is_param) {
            if (i == 0 || i + 1 == segment.pieces.size()) continue;  // prefix and suffix are compared apart
            text += RE2::QuoteMeta(piece.text);
            shape_.add_literal(piece.text);
            continue;
        }
        groups_.push_back(++group_count_);
        if (piece.regex.empty()) {
            text += plain_group;
            is_shape = false;
            continue;
        }
        // Alone first: what is not a whole regex by itself ("a)(b") must not become one here.
        const auto alone = compile_regex(piece.regex);
        if (!alone->ok()) return wrong_regex(piece, alone->error());
        group_count_ += alone->NumberOfCapturingGroups();
        text += "(" + piece.regex + ")";
        is_shape = is_shape && shape_.add_regex(piece.regex);
    }
    regex_ = compile_regex(text);
    if (!regex_->ok()) return wrong_regex(segment.pieces.front(), regex_->error());
    if (group_count_ >= max_groups) return wrong_regex(segment.pieces.front(), "too many groups");
    kind_ = param_count_ == 1 ? Kind::regex : Kind::groups;
    if (is_shape && shape_.finish()) kind_ = Kind::shape;
    return {};
}

bool SegmentMatcher::match(std::string_view segment, ParamSlice* out) const {
    if (segment.size() < prefix_.size() + suffix_.size()) return false;
    if (!segment.starts_with(prefix_) || !segment.ends_with(suffix_)) return false;
    const auto middle = segment.substr(prefix_.size(), segment.size() - prefix_.size() - suffix_.size());
    if (kind_ == Kind::plain) {
        *out = {middle.data(), middle.size()};
        return !middle.empty();
    }
    if (kind_ == Kind::parts) return match_parts(middle, out);
    if (kind_ == Kind::shape) {
        const auto verdict = shape_.match(middle, out);
        if (verdict != Shape::Verdict::open) return verdict == Shape::Verdict::yes;
    }
    return match_re2(middle, out);
}

/// From the right, each literal as late as it can be: the same as the greedy regex `(.+)literal(.+)…`, in one pass.
bool SegmentMatcher::match_parts(std::string_view middle, ParamSlice* out) const noexcept {
    auto rest = middle;
    for (std::size_t i = between_.size(); i > 0; --i) {
        const std::string_view literal = between_[i - 1];
        if (rest.size() < literal.size() + 2) return false;
        const auto at = rest.rfind(literal, rest.size() - literal.size() - 1);  // one byte stays for the parameter
        if (at == std::string_view::npos || at == 0) return false;
        const auto value = rest.substr(at + literal.size());
        out[i] = {value.data(), value.size()};
        rest = rest.substr(0, at);
    }
    out[0] = {rest.data(), rest.size()};
    return !rest.empty();
}

bool SegmentMatcher::match_re2(std::string_view middle, ParamSlice* out) const {
    const re2::StringPiece text(middle.data(), middle.size());
    if (param_count_ == 1) {
        // Without groups RE2 runs its automaton only, which needs no memory per match.
        *out = {middle.data(), middle.size()};
        return regex_->Match(text, 0, text.size(), RE2::ANCHOR_BOTH, nullptr, 0);
    }
    std::array<re2::StringPiece, max_groups> groups;
    if (!regex_->Match(text, 0, text.size(), RE2::ANCHOR_BOTH, groups.data(), group_count_ + 1)) return false;
    for (std::size_t i = 0; i < param_count_; ++i) {
        const auto& group = groups[static_cast<std::size_t>(groups_[i])];
        out[i] = {group.data(), group.size()};
    }
    return true;
}

}  // namespace hyperlane::web
