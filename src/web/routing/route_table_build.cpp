#include "path_words.hpp"
#include "route_table.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace hyperlane::web {
namespace {

constexpr int seeds_tried = 16;

/// Put entries into an open-addressed table at most a quarter full, with the seed whose longest probe is shortest.
template <typename Entry, typename Hash>
void fill_table(const std::vector<Entry>& entries, Hash hash, std::vector<Entry>& table, std::uint64_t& mask,
                std::uint64_t& seed, std::uint32_t Entry::* used) {
    mask = std::bit_ceil(std::max<std::size_t>(entries.size() * 4, 4)) - 1;
    std::uint64_t best = ~std::uint64_t{0};
    for (std::uint64_t tried = 1; tried <= seeds_tried && best > 1; ++tried) {
        const auto candidate_seed = tried * 0xD1B54A32D192ED03;
        std::vector<Entry> candidate(mask + 1);
        std::uint64_t worst = 0;
        for (const auto& entry : entries) {
            std::uint64_t steps = 1;
            auto slot = hash(entry, candidate_seed) & mask;
            for (; candidate[slot].*used != no_index; slot = (slot + 1) & mask) ++steps;
            candidate[slot] = entry;
            worst = std::max(worst, steps);
        }
        if (worst >= best) continue;
        best = worst;
        seed = candidate_seed;
        table = std::move(candidate);
    }
    if (table.empty()) table.resize(mask + 1);
}

/// The path that a static pattern answers for.
std::string path_of(const RoutePattern& pattern) {
    std::string path;
    for (const auto& segment : pattern.segments) {
        path += '/';
        for (const auto& piece : segment.pieces) path += piece.text;
    }
    return path;
}

}  // namespace

RouteTable::RouteTable(RouteTree& tree) {
    add_targets(tree);
    add_nodes(tree);
    add_static_paths(tree);
}

void RouteTable::add_targets(const RouteTree& tree) {
    std::size_t count = 0;
    for (const auto& registration : tree.registrations()) count += registration.pattern.names.size();
    name_texts_.reserve(count);
    names_.reserve(count);
    for (const auto& [pattern, route, where] : tree.registrations()) {
        const auto first = names_.size();
        for (const auto& name : pattern.names) names_.emplace_back(name_texts_.emplace_back(name));
        targets_.push_back({route, static_cast<std::uint32_t>(pattern.names.size()), names_.data() + first});
    }
}

std::uint32_t RouteTable::add_endpoint(const RouteTree::Node& node) {
    const auto& slots = node.registrations;
    if (std::ranges::all_of(slots, [](auto slot) { return slot == no_index; })) return no_index;
    Endpoint endpoint{.targets = slots, .allowed = {OPTIONS}};
    for (std::size_t slot = 0; slot < any_slot; ++slot) {
        if (slots[slot] != no_index) endpoint.allowed.insert(static_cast<Method>(slot));
    }
    auto& head = endpoint.targets[static_cast<std::size_t>(HEAD)];
    if (head == no_index) head = slots[static_cast<std::size_t>(GET)];
    if (head != no_index) endpoint.allowed.insert(HEAD);
    for (auto& target : endpoint.targets) {
        if (target == no_index) target = slots[any_slot];
    }
    endpoints_.push_back(endpoint);
    return static_cast<std::uint32_t>(endpoints_.size() - 1);
}

void RouteTable::add_nodes(RouteTree& tree) {
    std::vector<FixedEdge> fixed;
    for (auto& from : tree.nodes()) {
        Node node{.endpoint = add_endpoint(from),
                  .first_param = static_cast<std::uint32_t>(params_.size()),
                  .first_tail = static_cast<std::uint32_t>(tails_.size())};
        std::ranges::sort(from.edges, [](const auto& a, const auto& b) { return ranks_before(a.segment, b.segment); });
        for (auto& edge : from.edges) {
            if (edge.segment.kind == SegmentKind::fixed) {
                fixed.push_back(make_fixed(static_cast<std::uint32_t>(nodes_.size()), edge));
                node.has_fixed = true;
            } else if (edge.segment.kind == SegmentKind::param) {
                const bool is_bare = edge.matcher->is_bare();
                params_.push_back({std::move(*edge.matcher), edge.child, is_bare});
                ++node.param_count;
            } else {
                tails_.push_back({edge.child, edge.segment.tail_may_be_empty});
                ++node.tail_count;
            }
        }
        node.has_others = node.param_count + node.tail_count != 0;
        if (node.param_count == 1 && node.tail_count == 0 && params_.back().is_bare) {
            node.only_bare = params_.back().child;
        }
        nodes_.push_back(node);
    }
    // A tail ends its pattern, so its child is only an endpoint.
    for (auto& tail : tails_) tail.endpoint = nodes_[tail.endpoint].endpoint;
    const auto hash = [this](const FixedEdge& edge, std::uint64_t seed) { return hash_of(edge, seed); };
    fill_table(fixed, hash, fixed_, fixed_mask_, fixed_seed_, &FixedEdge::child);
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) nodes_[i].seed = seed_of(i, fixed_seed_);
}

RouteTable::FixedEdge RouteTable::make_fixed(std::uint32_t parent, const RouteTree::Edge& edge) {
    const std::string_view text = edge.segment.pieces.empty() ? std::string_view() : edge.segment.pieces.front().text;
    const char* const begin = text.data();
    return {.first_word = scan_segment<'\0'>(begin, begin, begin + text.size(), 0).first_word,
            .parent = parent,
            .size = static_cast<std::uint32_t>(text.size()),
            .child = edge.child,
            .text = add_text(text)};
}

std::uint64_t RouteTable::hash_of(const FixedEdge& edge, std::uint64_t seed) const noexcept {
    const char* const begin = texts_.data() + edge.text;
    return scan_segment<'\0'>(begin, begin, begin + edge.size, seed_of(edge.parent, seed)).hash;
}

void RouteTable::add_static_paths(RouteTree& tree) {
    std::vector<StaticPath> paths;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto& slots = tree.nodes()[i].registrations;
        const auto any = std::ranges::find_if(slots, [](auto slot) { return slot != no_index; });
        if (any == slots.end() || !tree.registrations()[*any].pattern.is_static()) continue;
        const auto path = path_of(tree.registrations()[*any].pattern);
        const auto endpoint = nodes_[i].endpoint;
        if (path == "/") root_path_ = endpoint;
        paths.push_back(
            {.size = static_cast<std::uint32_t>(path.size()), .endpoint = endpoint, .text = add_text(path)});
    }
    const auto hash = [this](const StaticPath& path, std::uint64_t seed) {
        return scan_path({texts_.data() + path.text, path.size}, seed).hash;
    };
    fill_table(paths, hash, statics_, static_mask_, static_seed_, &StaticPath::endpoint);
}

std::uint32_t RouteTable::add_text(std::string_view text) {
    texts_ += text;
    return static_cast<std::uint32_t>(texts_.size() - text.size());
}

}  // namespace hyperlane::web
