#include <hyperlane/http/chars.hpp>
#include <hyperlane/web/routing/route_pattern.hpp>

#include <algorithm>
#include <utility>

namespace hyperlane::web {
namespace {

bool is_name_start(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_char(char c) noexcept { return is_name_start(c) || (c >= '0' && c <= '9'); }

bool is_name(std::string_view text) noexcept {
    return !text.empty() && is_name_start(text.front()) && std::ranges::all_of(text, is_name_char);
}

std::string without_anchors(std::string_view regex) {
    if (regex.starts_with('^')) regex.remove_prefix(1);
    if (!regex.ends_with('$')) return std::string(regex);
    const auto body = regex.substr(0, regex.size() - 1);
    const auto last_other = body.find_last_not_of('\\');
    const auto backslashes = body.size() - (last_other == std::string_view::npos ? 0 : last_other + 1);
    return std::string(backslashes % 2 == 0 ? body : regex);  // "\$" is a dollar, not an anchor
}

/// Where the '}' is that closes the '{' at `open`. Braces inside a regex nest; escapes, and with `classes` also
/// bracket classes, hide theirs.
std::size_t closing_brace(std::string_view text, std::size_t open, bool classes) noexcept {
    int depth = 0;
    for (std::size_t at = open; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\\') {
            ++at;
        } else if (c == '[' && classes) {
            if (text.substr(at + 1).starts_with('^')) ++at;
            if (text.substr(at + 1).starts_with(']')) ++at;  // a ']' in the first place is a member
            for (++at; at < text.size() && text[at] != ']'; ++at) {
                if (text[at] == '\\') ++at;
            }
        } else if (c == '{') {
            ++depth;
        } else if (c == '}' && --depth == 0) {
            return at;
        }
    }
    return std::string_view::npos;
}

std::string escaped_literal(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '{') {
            out += "%7B";
        } else if (c == '}') {
            out += "%7D";
        } else if (c == '%') {
            out += "%25";
        } else {
            out += c;
        }
    }
    return out;
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) { pattern_.text = text; }

    Result<RoutePattern> run() {
        if (!text_.starts_with('/')) return fail(ErrorCode::invalid_argument, "a pattern begins with '/'");
        while (at_ < text_.size()) {
            ++at_;  // the slash
            if (auto done = parse_segment(); !done) return std::unexpected(std::move(done.error()));
            if (auto done = finish_segment(); !done) return std::unexpected(std::move(done.error()));
        }
        if (pattern_.segments.size() > RoutePattern::max_segments) {
            return fail(ErrorCode::invalid_argument,
                        "more than " + std::to_string(RoutePattern::max_segments) + " segments");
        }
        if (pattern_.names.size() > RoutePattern::max_params) {
            return fail(ErrorCode::invalid_argument,
                        "more than " + std::to_string(RoutePattern::max_params) + " parameters");
        }
        return std::move(pattern_);
    }

private:
    std::unexpected<Error> wrong(std::size_t at, std::string_view what, std::string_view why) const {
        return fail(ErrorCode::invalid_argument,
                    std::string(what) + " at column " + std::to_string(at + 1) + " " + std::string(why));
    }

    Result<> parse_segment() {
        segment_ = {};
        while (at_ < text_.size() && text_[at_] != '/') {
            auto done = text_[at_] == '{' ? parse_param() : parse_literal_char();
            if (!done) return done;
        }
        return {};
    }

    Result<> parse_literal_char() {
        const char c = text_[at_];
        if (c == '}') return wrong(at_, "'}'", "closes nothing; write %7D for the character itself");
        if (c == '?')
            return wrong(at_, "'?'", "cannot match, a pattern has no query; write %3F for the character itself");
        if (c == '#')
            return wrong(at_, "'#'", "cannot match, a path has no fragment; write %23 for the character itself");
        if (c == '\0') return wrong(at_, "NUL", "cannot be part of a path");
        if (segment_.pieces.empty() || segment_.pieces.back().is_param) {
            segment_.pieces.push_back({.is_param = false, .text = {}, .regex = {}, .column = at_ + 1});
        }
        if (c != '%') {
            segment_.pieces.back().text += c;
            ++at_;
            return {};
        }
        const std::string_view digits = text_.substr(at_ + 1, 2);
        if (digits.size() < 2 || !http::all(digits, http::hex_digit)) {
            return wrong(at_, "'%'", "starts no escape; write %25 for the character itself");
        }
        if (digits == "00") return wrong(at_, "%00", "cannot be part of a path");
        segment_.pieces.back().text += static_cast<char>(http::hex_value(digits[0]) << 4 | http::hex_value(digits[1]));
        at_ += 3;
        return {};
    }

    Result<> parse_param() {
        const auto open = at_;
        auto close = closing_brace(text_, open, true);
        // An unclosed class swallows the brace; end at the brace anyway, so that RE2 says what is wrong.
        if (close == std::string_view::npos) close = closing_brace(text_, open, false);
        if (close == std::string_view::npos) return wrong(open, "'{'", "is never closed; write {id} or {id:\\d+}");
        auto inside = text_.substr(open + 1, close - open - 1);
        at_ = close + 1;
        const bool star = inside.starts_with('*');
        if (star) inside.remove_prefix(1);
        const auto colon = inside.find(':');
        const auto name = inside.substr(0, colon);
        if (auto done = add_name(name, open); !done) return done;
        if (colon == std::string_view::npos) return add_param(name, star ? ".*" : "", open, star);
        if (star) return wrong(open, "'{*'", "already means the rest of the path; write {*path} without a regex");
        auto regex = without_anchors(inside.substr(colon + 1));
        if (regex.empty()) return wrong(open, "'{'", "has an empty regex; write {id} or {id:\\d+}");
        return add_param(name, std::move(regex), open, false);
    }

    Result<> add_name(std::string_view name, std::size_t open) {
        if (!is_name(name)) {
            return wrong(open, "'{'", "needs a name of letters, digits and '_'; write {id} or {id:\\d+}");
        }
        for (std::size_t i = 0; i < pattern_.names.size(); ++i) {
            if (pattern_.names[i] != name) continue;
            return wrong(open, "the parameter '" + std::string(name) + "'",
                         "has the name of the one at column " + std::to_string(name_columns_[i]));
        }
        pattern_.names.emplace_back(name);
        name_columns_.push_back(open + 1);
        return {};
    }

    Result<> add_param(std::string_view name, std::string regex, std::size_t open, bool star) {
        auto& pieces = segment_.pieces;
        const bool whole_last = pieces.empty() && at_ == text_.size();
        if (star && !whole_last) {
            return wrong(open, "'{*'", "takes the rest of the path, so it must be the whole last segment");
        }
        // Where two meet without text between them, only their regexes can say where the first one ends.
        if (!pieces.empty() && pieces.back().is_param && (regex.empty() || pieces.back().regex.empty())) {
            return wrong(open, "'{'", "follows another parameter; put text between them or give both a regex");
        }
        if (whole_last && (regex == ".*" || regex == ".+")) {
            segment_.kind = SegmentKind::tail;
            segment_.tail_may_be_empty = regex == ".*";
        }
        pieces.push_back({.is_param = true, .text = std::string(name), .regex = std::move(regex), .column = open + 1});
        return {};
    }

    Result<> finish_segment() {
        for (const auto& piece : segment_.pieces) {
            if (!piece.is_param) {
                segment_.key += escaped_literal(piece.text);
                continue;
            }
            if (segment_.kind == SegmentKind::fixed) segment_.kind = SegmentKind::param;
            segment_.key += piece.regex.empty() ? "{}" : "{:" + piece.regex + "}";
        }
        pattern_.segments.push_back(std::move(segment_));
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    RoutePattern pattern_;
    PatternSegment segment_;
    std::vector<std::size_t> name_columns_;
};

}  // namespace

std::size_t PatternSegment::literal_bytes() const noexcept {
    std::size_t sum = 0;
    for (const auto& piece : pieces) sum += piece.is_param ? 0 : piece.text.size();
    return sum;
}

std::size_t PatternSegment::prefix_bytes() const noexcept {
    return pieces.empty() || pieces.front().is_param ? 0 : pieces.front().text.size();
}

std::size_t PatternSegment::plain_params() const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(pieces, [](const auto& piece) { return piece.is_param && piece.regex.empty(); }));
}

bool ranks_before(const PatternSegment& left, const PatternSegment& right) noexcept {
    if (left.kind != right.kind) return left.kind < right.kind;
    if (left.kind == SegmentKind::tail) return !left.tail_may_be_empty && right.tail_may_be_empty;
    if (left.kind == SegmentKind::fixed) return left.key < right.key;
    if (left.literal_bytes() != right.literal_bytes()) return left.literal_bytes() > right.literal_bytes();
    if (left.plain_params() != right.plain_params()) return left.plain_params() < right.plain_params();
    if (left.prefix_bytes() != right.prefix_bytes()) return left.prefix_bytes() > right.prefix_bytes();
    if (left.key.size() != right.key.size()) return left.key.size() > right.key.size();
    return left.key < right.key;
}

Result<RoutePattern> RoutePattern::parse(std::string_view pattern) { return Parser(pattern).run(); }

bool RoutePattern::is_static() const noexcept {
    return std::ranges::all_of(segments, [](const PatternSegment& segment) {
        return segment.kind == SegmentKind::fixed && segment.key.find('/') == std::string::npos;
    });
}

}  // namespace hyperlane::web
