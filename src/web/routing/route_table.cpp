#include <hyperlane/http/chars.hpp>
#include "route_table.hpp"

#include <algorithm>
#include <cstring>

namespace hyperlane::web {
namespace {

/// Decoded paths are kept with NUL between segments, so that a decoded '/' is text like any other: a NUL itself cannot
/// occur, it makes the path bad.
constexpr char decoded_separator = '\0';

}  // namespace

std::uint32_t RouteTable::find_fixed(std::uint32_t parent, const ScannedSegment& segment) const noexcept {
    for (auto slot = segment.hash & fixed_mask_;; slot = (slot + 1) & fixed_mask_) {
        const FixedEdge& edge = fixed_[slot];
        if (edge.child == no_index) return no_index;
        if (edge.first_word != segment.first_word || edge.parent != parent || edge.size != segment.size()) continue;
        if (edge.size <= 8 || std::memcmp(texts_.data() + edge.text + 8, segment.begin + 8, edge.size - 8) == 0) {
            return edge.child;
        }
    }
}

std::uint32_t RouteTable::find_static(std::string_view path, std::uint64_t hash) const noexcept {
    for (auto slot = hash & static_mask_;; slot = (slot + 1) & static_mask_) {
        const StaticPath& entry = statics_[slot];
        if (entry.endpoint == no_index) return no_index;
        if (entry.size == path.size() && std::memcmp(texts_.data() + entry.text, path.data(), entry.size) == 0) {
            return entry.endpoint;
        }
    }
}

void RouteTable::answer(std::uint32_t target, RouteMatch& out) const noexcept {
    const Target& found = targets_[target];
    out.outcome = RouteOutcome::found;
    out.route = found.route;
    out.params.size_ = found.param_count;
    out.params.names_ = found.names;
}

/// The search for one path, depth first in rank order. Its stack is at most RoutePattern::max_segments deep.
template <char Separator>
class RouteTable::Walk {
public:
    Walk(const RouteTable& table, std::size_t method, std::string_view path, ParamSlice* values) noexcept
        : table_(table), method_(method), path_(path.data()), end_(path.data() + path.size()), values_(values) {}

    /// returns  true if a route was found; otherwise `allowed()` is the union over all patterns that match the path
    bool run() {
        // As long as each node offers one way only, this short loop does; `visit` takes over at the first choice.
        std::uint32_t index = 0;
        const char* at = path_ + 1;
        std::size_t depth = 0;
        for (;;) {
            const Node& node = table_.nodes_[index];
            const auto segment = scan_segment<Separator>(path_, at, end_, node.seed);
            auto next = node.has_fixed ? table_.find_fixed(index, segment) : no_index;
            if (next != no_index ? node.has_others : node.only_bare == no_index) {
                return node.has_others && visit(index, at, depth);
            }
            if (next == no_index) {
                if (segment.begin == segment.end) return false;
                values_[depth++] = {segment.begin, segment.size()};
                next = node.only_bare;
            }
            if (segment.end == end_) return arrive(table_.nodes_[next].endpoint);
            index = next;
            at = segment.end + 1;
        }
    }

    [[nodiscard]] std::uint32_t target() const noexcept { return target_; }
    [[nodiscard]] MethodSet allowed() const noexcept { return allowed_; }
    [[nodiscard]] bool path_matches() const noexcept { return path_matches_; }
    [[nodiscard]] const ParamSlice* tail() const noexcept { return tail_; }

private:
    [[gnu::noinline]] bool visit(std::uint32_t index, const char* at, std::size_t depth) {
        for (;;) {
            const Node& node = table_.nodes_[index];
            const auto segment = scan_segment<Separator>(path_, at, end_, node.seed);
            // The last candidate is followed by looping, so that a path without choices needs no recursion.
            std::uint32_t next = no_index;
            if (node.has_fixed) next = table_.find_fixed(index, segment);
            if (next != no_index && node.has_others) {
                if (descend(next, segment, depth)) return true;
                next = no_index;
            }
            std::size_t taken = 0;
            for (std::uint32_t i = 0; i < node.param_count; ++i) {
                const ParamEdge& edge = table_.params_[node.first_param + i];
                if (!take(edge, segment, depth)) continue;
                taken = edge.matcher.param_count();
                if (i + 1 == node.param_count && node.tail_count == 0) {
                    next = edge.child;
                } else if (descend(edge.child, segment, depth + taken)) {
                    return true;
                }
            }
            if (node.tail_count != 0) return take_tail(node, at, depth);
            if (next == no_index) return false;
            if (segment.end == end_) return arrive(table_.nodes_[next].endpoint);
            depth += taken;
            index = next;
            at = segment.end + 1;
        }
    }

    bool descend(std::uint32_t child, const ScannedSegment& segment, std::size_t depth) {
        if (segment.end == end_) return arrive(table_.nodes_[child].endpoint);
        return visit(child, segment.end + 1, depth);
    }

    bool take(const ParamEdge& edge, const ScannedSegment& segment, std::size_t depth) {
        if (!edge.is_bare) return edge.matcher.match(segment.text(), values_ + depth);
        values_[depth] = {segment.begin, segment.size()};
        return segment.begin != segment.end;
    }

    bool take_tail(const Node& node, const char* at, std::size_t depth) {
        for (std::uint32_t i = 0; i < node.tail_count; ++i) {
            const TailEdge& edge = table_.tails_[node.first_tail + i];
            if (at == end_ && !edge.may_be_empty) continue;
            values_[depth] = {at, static_cast<std::size_t>(end_ - at)};
            if (!arrive(edge.endpoint)) continue;
            tail_ = values_ + depth;
            return true;
        }
        return false;
    }

    /// The whole path is used up at this endpoint.
    bool arrive(std::uint32_t endpoint) noexcept {
        if (endpoint == no_index) return false;
        target_ = table_.endpoints_[endpoint].targets[method_];
        if (target_ != no_index) return true;
        allowed_.insert(table_.endpoints_[endpoint].allowed);
        path_matches_ = true;
        return false;
    }

    const RouteTable& table_;
    const std::size_t method_;
    const char* const path_;
    const char* const end_;
    ParamSlice* const values_;
    std::uint32_t target_ = no_index;
    MethodSet allowed_;
    bool path_matches_ = false;
    const ParamSlice* tail_ = nullptr;
};

void RouteTable::match(Method method, std::string_view path, Arena& arena, RouteMatch& out) const {
    const auto slot = static_cast<std::size_t>(method);
    out.allowed = {};
    out.params.size_ = 0;
    if (!path.starts_with('/')) [[unlikely]] {
        out.outcome = RouteOutcome::bad_path;
        return;
    }
    if (path.size() == 1 && root_path_ != no_index) {
        const auto target = endpoints_[root_path_].targets[slot];
        if (target != no_index) return answer(target, out);
    }
    match_longer(slot, path, arena, out);
}

// Apart, so that the shortest path is not charged for what the others need.
[[gnu::noinline]] void RouteTable::match_longer(std::size_t slot, std::string_view path, Arena& arena,
                                                RouteMatch& out) const {
    const auto scan = scan_path(path, static_seed_);
    if (scan.has_percent) [[unlikely]] {
        return match_decoded(slot, path, arena, out);
    }
    // A static pattern outranks every other one at each of its segments, so if it has the method it is the answer.
    const auto endpoint = find_static(path, scan.hash);
    if (endpoint != no_index) {
        const auto target = endpoints_[endpoint].targets[slot];
        if (target != no_index) return answer(target, out);
    }
    walk<'/'>(slot, path, out);
}

[[gnu::noinline]] void RouteTable::match_decoded(std::size_t method, std::string_view path, Arena& arena,
                                                 RouteMatch& out) const {
    const auto decoded = decode(path, arena);
    if (decoded) return walk<decoded_separator>(method, *decoded, out);
    out.outcome = RouteOutcome::bad_path;
}

template <char Separator>
[[gnu::noinline]] void RouteTable::walk(std::size_t method, std::string_view path, RouteMatch& out) const {
    Walk<Separator> walk(*this, method, path, out.params.values_.data());
    if (!walk.run()) {
        out.allowed = walk.allowed();
        out.outcome = walk.path_matches() ? RouteOutcome::method_not_allowed : RouteOutcome::not_found;
        return;
    }
    if (Separator == decoded_separator && walk.tail() != nullptr) {
        // The text is the arena's, made by `decode`; no other parameter shares these bytes.
        char* const text = const_cast<char*>(walk.tail()->data);
        std::replace(text, text + walk.tail()->size, decoded_separator, '/');
    }
    answer(walk.target(), out);
}

/// returns  nothing if an escape is malformed or a NUL is in the path
std::optional<std::string_view> RouteTable::decode(std::string_view path, Arena& arena) {
    char* const text = arena.allocate_text(path.size());
    char* out = text;
    for (std::size_t at = 0; at < path.size(); ++at) {
        char c = path[at];
        if (c == '/') {
            *out++ = decoded_separator;
            continue;
        }
        if (c == '%') {
            if (path.size() - at < 3 || !http::is(path[at + 1], http::hex_digit) ||
                !http::is(path[at + 2], http::hex_digit)) {
                return std::nullopt;
            }
            c = static_cast<char>(http::hex_value(path[at + 1]) << 4 | http::hex_value(path[at + 2]));
            at += 2;
        }
        if (c == '\0') return std::nullopt;
        *out++ = c;
    }
    arena.trim(out);
    return std::string_view(text, static_cast<std::size_t>(out - text));
}

}  // namespace hyperlane::web
