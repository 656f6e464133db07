#pragma once

/// The routes while they are being registered: a tree that grows, and the errors found on the way.

#include <hyperlane/base/result.hpp>
#include <hyperlane/http/method.hpp>
#include <hyperlane/web/routing/route_pattern.hpp>
#include "segment_matcher.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

inline constexpr std::uint32_t no_index = std::numeric_limits<std::uint32_t>::max();

/// One slot per method; that of OTHER belongs to the route that answers any method.
inline constexpr std::size_t method_slots = static_cast<std::size_t>(Method::OTHER) + 1;
inline constexpr auto any_slot = static_cast<std::size_t>(Method::OTHER);

class RouteTree {
public:
    struct Registration {
        RoutePattern pattern;
        std::uint32_t route;
        std::source_location where;
    };

    struct Edge {
        PatternSegment segment;
        std::optional<SegmentMatcher> matcher;  // for SegmentKind::param
        std::uint32_t child;
    };

    struct Node {
        Node() { registrations.fill(no_index); }

        std::map<std::string, std::uint32_t, std::less<>> edge_of_key;
        std::vector<Edge> edges;
        std::array<std::uint32_t, method_slots> registrations;
    };

    RouteTree() : nodes_(1) {}

    Result<> insert(std::string_view text, MethodSet methods, std::uint32_t route, std::source_location where);

    [[nodiscard]] const std::vector<Error>& errors() const noexcept { return errors_; }
    [[nodiscard]] std::vector<Node>& nodes() noexcept { return nodes_; }
    [[nodiscard]] const std::vector<Registration>& registrations() const noexcept { return registrations_; }

private:
    Result<> refuse(ErrorCode code, std::string message);
    Result<std::uint32_t> child_of(std::uint32_t node, const PatternSegment& segment);
    Result<> claim(std::uint32_t node, MethodSet methods);

    std::vector<Node> nodes_;
    std::vector<Registration> registrations_;
    std::vector<Error> errors_;
};

}  // namespace hyperlane::web
