#include "route_tree.hpp"

#include <utility>

namespace hyperlane::web {
namespace {

std::string quote(std::string_view pattern, const std::source_location& where) {
    return "\"" + std::string(pattern) + "\" (" + where.file_name() + ":" + std::to_string(where.line()) + ")";
}

std::string describe(std::string_view pattern, const std::source_location& where) {
    return "route " + quote(pattern, where);
}

/// The slots of a set: `all_methods` has one, that of any method.
std::vector<std::size_t> slots_of(MethodSet methods) {
    if (methods == all_methods) return {any_slot};
    std::vector<std::size_t> slots;
    for (std::size_t slot = 0; slot < any_slot; ++slot) {
        if (methods.contains(static_cast<Method>(slot))) slots.push_back(slot);
    }
    return slots;
}

std::string name_of_slots(const std::vector<std::size_t>& slots) {
    std::string names;
    for (const auto slot : slots) {
        if (!names.empty()) names += ", ";
        names += slot == any_slot ? std::string_view("any method") : name_of(static_cast<Method>(slot));
    }
    return names;
}

}  // namespace

Result<> RouteTree::insert(std::string_view text, MethodSet methods, std::uint32_t route, std::source_location where) {
    const auto what = describe(text, where);
    if (methods.empty()) return refuse(ErrorCode::invalid_argument, what + ": no method");
    if (methods.contains(Method::OTHER) && methods != all_methods) {
        return refuse(ErrorCode::invalid_argument, what + ": extension methods need a route for all_methods");
    }
    auto pattern = RoutePattern::parse(text);
    if (!pattern) return refuse(pattern.error().code, what + ": " + pattern.error().message);

    std::uint32_t node = 0;
    for (const auto& segment : pattern->segments) {
        const auto child = child_of(node, segment);
        if (!child) return refuse(child.error().code, what + ": " + child.error().message);
        node = *child;
    }
    registrations_.push_back({std::move(*pattern), route, where});
    return claim(node, methods);
}

Result<> RouteTree::refuse(ErrorCode code, std::string message) {
    errors_.emplace_back(code, message);
    return fail(code, std::move(message));
}

Result<std::uint32_t> RouteTree::child_of(std::uint32_t node, const PatternSegment& segment) {
    // `{path:.*}` in the middle and at the end are different segments with the same text, so the kind counts.
    const auto key = static_cast<char>(segment.kind) + segment.key;
    const auto known = nodes_[node].edge_of_key.find(key);
    if (known != nodes_[node].edge_of_key.end()) return nodes_[node].edges[known->second].child;

    Edge edge{.segment = segment, .matcher = {}, .child = static_cast<std::uint32_t>(nodes_.size())};
    if (segment.kind == SegmentKind::param) {
        auto matcher = SegmentMatcher::compile(segment);
        if (!matcher) return std::unexpected(std::move(matcher.error()));
        edge.matcher = std::move(*matcher);
    }
    nodes_[node].edge_of_key.emplace(key, static_cast<std::uint32_t>(nodes_[node].edges.size()));
    nodes_[node].edges.push_back(std::move(edge));
    nodes_.emplace_back();
    return static_cast<std::uint32_t>(nodes_.size() - 1);
}

/// Enter the latest registration at its node, unless another one already answers one of its methods.
Result<> RouteTree::claim(std::uint32_t node, MethodSet methods) {
    const auto latest = static_cast<std::uint32_t>(registrations_.size() - 1);
    auto& slots = nodes_[node].registrations;
    std::uint32_t other = no_index;
    std::vector<std::size_t> shared;
    for (const auto slot : slots_of(methods)) {
        if (slots[slot] == no_index) continue;
        if (other == no_index) other = slots[slot];
        if (slots[slot] == other) shared.push_back(slot);
    }
    if (other != no_index) {
        const auto& mine = registrations_[latest];
        const auto& theirs = registrations_[other];
        return refuse(ErrorCode::already_exists, describe(mine.pattern.text, mine.where) + " conflicts with " +
                                                     quote(theirs.pattern.text, theirs.where) + ": both answer " +
                                                     name_of_slots(shared) + " for the same paths");
    }
    for (const auto slot : slots_of(methods)) slots[slot] = latest;
    return {};
}

}  // namespace hyperlane::web
