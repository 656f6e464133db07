#include "one_pass_regex.hpp"

#include <limits>
#include <optional>

namespace hyperlane::web {
namespace {

using ByteSet = Shape::ByteSet;

constexpr std::uint32_t unbounded = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view special = "\\.+*?()|[]{}^$";

bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 128; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_punctuation(char c) noexcept {
    return is_ascii(c) && c > ' ' && c != 127 && !is_digit(c) && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

void add_range(ByteSet& set, char first, char last) {
    for (int c = first; c <= last; ++c) set.add(static_cast<unsigned char>(c));
}

/// Reads the part of RE2's syntax that shapes are made of; gives up (nullopt) at everything else.
class ShapeReader {
public:
    explicit ShapeReader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() const noexcept { return rest_.empty(); }

    std::optional<ByteSet> read_set() {
        ByteSet set;
        const char c = take();
        if (c == '.') {
            set.negate();
            return set;
        }
        if (c == '[') return read_class();
        if (c == '\\') return read_escape();
        if (!is_ascii(c) || special.find(c) != std::string_view::npos) return std::nullopt;
        set.add(static_cast<unsigned char>(c));
        return set;
    }

    bool read_repeat(std::uint32_t& min, std::uint32_t& max) {
        if (done()) return true;
        const char c = rest_.front();
        if (c == '+' || c == '*' || c == '?') {
            take();
            min = c == '+' ? 1 : 0;
            max = c == '?' ? 1 : unbounded;
        } else if (c == '{') {
            take();
            if (!read_bounds(min, max)) return false;
        } else {
            return true;
        }
        // A second repeat sign makes the first lazy or repeats it: rare, left to RE2.
        return done() || std::string_view("+*?{").find(rest_.front()) == std::string_view::npos;
    }

private:
    char take() noexcept {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    bool take_if(char c) noexcept {
        if (done() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::optional<ByteSet> read_escape() {
        if (done()) return std::nullopt;
        const char c = take();
        ByteSet set;
        if (c == 'd' || c == 'D' || c == 'w' || c == 'W') add_range(set, '0', '9');
        if (c == 'w' || c == 'W') {
            add_range(set, 'a', 'z');
            add_range(set, 'A', 'Z');
            add_range(set, '_', '_');
        }
        if (c == 's' || c == 'S') {
            for (const char space : {'\t', '\n', '\f', '\r', ' '}) add_range(set, space, space);
        }
        if (c == 'D' || c == 'W' || c == 'S') set.negate();
        if (c == 'd' || c == 'w' || c == 's' || c == 'D' || c == 'W' || c == 'S') return set;
        if (!is_punctuation(c)) return std::nullopt;
        add_range(set, c, c);
        return set;
    }

    std::optional<ByteSet> read_class() {
        ByteSet set;
        const bool negated = take_if('^');
        bool first = true;
        for (; !take_if(']'); first = false) {
            if (done()) return std::nullopt;
            const char c = take();
            if (c == '\\') {
                const auto escape = read_escape();
                if (!escape) return std::nullopt;
                set.add(*escape);
                // "\d-" and "\.-x" have rules of their own
                if (!rest_.starts_with("-]") && rest_.starts_with('-')) return std::nullopt;
                continue;
            }
            const bool is_edge_dash = c == '-' && (first || rest_.starts_with(']'));
            if (!is_ascii(c) || c == '[' || c == '^' || (c == '-' && !is_edge_dash)) return std::nullopt;
            char last = c;
            if (rest_.starts_with('-') && !rest_.starts_with("-]")) {
                take();
                if (done()) return std::nullopt;
                last = take();
                if (!is_ascii(last) || last < c || special.find(last) != std::string_view::npos) return std::nullopt;
            }
            add_range(set, c, last);
        }
        if (first) return std::nullopt;
        if (negated) set.negate();
        return set;
    }

    std::optional<std::uint32_t> read_number() {
        std::uint32_t value = 0;
        if (done() || !is_digit(rest_.front())) return std::nullopt;
        while (!done() && is_digit(rest_.front())) {
            value = value * 10 + static_cast<std::uint32_t>(take() - '0');
            if (value > 1000) return std::nullopt;  // RE2's own limit
        }
        return value;
    }

    bool read_bounds(std::uint32_t& min, std::uint32_t& max) {
        const auto low = read_number();
        if (!low) return false;
        min = *low;
        max = *low;
        if (take_if(',')) {
            const bool is_open_ended = rest_.starts_with('}');
            const auto high = is_open_ended ? std::optional(unbounded) : read_number();
            if (!high || *high < *low) return false;
            max = *high;
        }
        return take_if('}');
    }

    std::string_view rest_;
};

}  // namespace

void ByteSet::add(const ByteSet& other) noexcept {
    ascii[0] |= other.ascii[0];
    ascii[1] |= other.ascii[1];
    beyond |= other.beyond;
}

bool ByteSet::overlaps(const ByteSet& other) const noexcept {
    return (ascii[0] & other.ascii[0]) != 0 || (ascii[1] & other.ascii[1]) != 0 || (beyond && other.beyond);
}

void Shape::add_literal(std::string_view text) {
    for (const char c : text) {
        Item item;
        if (is_ascii(c)) {
            item.set.add(static_cast<unsigned char>(c));
        } else {
            item.set.beyond = true;  // a shape knows ASCII only: RE2 compares this one
        }
        may_be_open_ |= item.set.beyond;
        items_.push_back(item);
    }
}

bool Shape::add_regex(std::string_view regex) {
    ShapeReader reader(regex);
    const auto first = items_.size();
    while (!reader.done()) {
        const auto set = reader.read_set();
        Item item;
        if (!set || !reader.read_repeat(item.min, item.max)) return false;
        item.set = *set;
        may_be_open_ |= set->beyond;
        items_.push_back(item);
    }
    if (items_.size() == first) return false;
    items_[first].opens = true;
    items_.back().closes = true;
    return true;
}

bool Shape::finish() const {
    if (items_.size() > max_items) return false;
    for (std::size_t i = 0; i + 1 < items_.size(); ++i) {
        const auto& item = items_[i];
        const auto& next = items_[i + 1];
        if (item.min != item.max && (next.min == 0 || item.set.overlaps(next.set))) return false;
    }
    return true;
}

Shape::Verdict Shape::match(std::string_view text, ParamSlice* out) const noexcept {
    const char* at = text.data();
    const char* const end = at + text.size();
    const char* param = at;
    for (const Item& item : items_) {
        if (item.opens) param = at;
        const auto left = static_cast<std::size_t>(end - at);
        const char* const stop = at + (left < item.max ? left : item.max);
        const char* const start = at;
        while (at != stop && item.set.has(static_cast<unsigned char>(*at))) ++at;
        if (at != stop && may_be_open_ && !is_ascii(*at)) return Verdict::open;
        if (static_cast<std::size_t>(at - start) < item.min) return Verdict::no;
        if (item.closes) *out++ = {param, static_cast<std::size_t>(at - param)};
    }
    return at == end ? Verdict::yes : Verdict::no;
}

}  // namespace hyperlane::web
