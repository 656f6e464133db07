#include <hyperlane/http/range.hpp>
#include <hyperlane/http/chars.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/list.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace hyperlane::http {

namespace {

/// Digits only. A number too large to hold is the largest one: it lies behind the end of anything.
std::optional<std::uint64_t> parse_position(std::string_view digits) noexcept {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    if (digits.empty() || !all(digits, digit_char)) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : digits) {
        const auto digit = static_cast<unsigned>(c - '0');
        value = value > (most - digit) / 10 ? most : value * 10 + digit;
    }
    return value;
}

enum class Spec : std::uint8_t { malformed, unsatisfiable, satisfiable };

/// "first-last", "first-" or "-suffix".
Spec parse_spec(std::string_view text, std::uint64_t total, ByteRange& out) noexcept {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return Spec::malformed;
    const auto last = parse_position(text.substr(dash + 1));
    if (dash == 0) {
        if (!last.has_value()) return Spec::malformed;
        out.size = std::min(*last, total);
        out.first = total - out.size;
        return out.size != 0 ? Spec::satisfiable : Spec::unsatisfiable;
    }
    const auto first = parse_position(text.substr(0, dash));
    if (!first.has_value() || (!last.has_value() && dash + 1 != text.size())) return Spec::malformed;
    if (last.has_value() && *last < *first) return Spec::malformed;
    if (*first >= total) return Spec::unsatisfiable;
    out.first = *first;
    out.size = (last.has_value() ? std::min(*last, total - 1) : total - 1) - *first + 1;
    return Spec::satisfiable;
}

}  // namespace

void RangeSet::add(ByteRange range) noexcept {
    // A range that grows may reach others in turn, so each one it swallows makes the search begin anew.
    for (std::size_t i = 0; i < count_;) {
        const ByteRange other = ranges_[i];
        if (range.first > other.first + other.size || other.first > range.first + range.size) {
            ++i;
            continue;
        }
        const std::uint64_t end = std::max(range.first + range.size, other.first + other.size);
        range.first = std::min(range.first, other.first);
        range.size = end - range.first;
        std::move(ranges_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                  ranges_.begin() + static_cast<std::ptrdiff_t>(count_),
                  ranges_.begin() + static_cast<std::ptrdiff_t>(i));
        --count_;
        i = 0;
    }
    ranges_[count_++] = range;
}

RangeSet RangeSet::parse(std::string_view value, std::uint64_t representation_bytes) noexcept {
    RangeSet set;
    const std::size_t equals = value.find('=');
    if (equals == std::string_view::npos || !equals_ignore_case(value.substr(0, equals), "bytes")) return set;
    std::size_t specs = 0;
    for (ListReader list(value.substr(equals + 1)); const auto text = list.next();) {
        ByteRange range;
        const Spec spec = parse_spec(*text, representation_bytes, range);
        if (spec == Spec::malformed || ++specs > max_ranges) return {};
        if (spec == Spec::satisfiable) set.add(range);
    }
    if (specs != 0) set.kind_ = set.count_ != 0 ? Kind::satisfiable : Kind::unsatisfiable;
    return set;
}

char* write_content_range(char* out, ByteRange range, std::uint64_t representation_bytes) noexcept {
    out = h1::write_text(out, "bytes ");
    out = h1::write_decimal(out, range.first);
    *out++ = '-';
    out = h1::write_decimal(out, range.last());
    *out++ = '/';
    return h1::write_decimal(out, representation_bytes);
}

char* write_unsatisfied_range(char* out, std::uint64_t representation_bytes) noexcept {
    return h1::write_decimal(h1::write_text(out, "bytes */"), representation_bytes);
}

}  // namespace hyperlane::http
