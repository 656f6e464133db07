#pragma once

/// The routes once they are frozen: flat arrays, made for `match`.
///
/// Static children of all nodes share one hash table, keyed by parent and segment, so a node with a thousand of them
/// costs what a node with one does. Paths without parameters have a table of their own, keyed by the whole path. Both
/// are open-addressed; `build` picks the seed with the shortest worst probe, so what a peer sends cannot make them
/// slow.

#include <hyperlane/base/arena.hpp>
#include <hyperlane/http/method.hpp>
#include <hyperlane/web/routing/router.hpp>
#include "path_words.hpp"
#include "route_tree.hpp"
#include "segment_matcher.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

class RouteTable {
public:
    explicit RouteTable(RouteTree& tree);
    RouteTable(const RouteTable&) = delete;
    RouteTable& operator=(const RouteTable&) = delete;

    /// See Router::match.
    void match(Method method, std::string_view path, Arena& arena, RouteMatch& out) const;

private:
    template <char Separator>
    class Walk;

    /// What a registration answers with.
    struct Target {
        std::uint32_t route;
        std::uint32_t param_count;
        const std::string_view* names;  // views names_
    };

    struct Endpoint {
        std::array<std::uint32_t, method_slots> targets;  // HEAD and "any" are filled in already
        MethodSet allowed;
    };

    struct Node {
        std::uint64_t seed = 0;  // of the hashes of its static children
        std::uint32_t endpoint = no_index;
        std::uint32_t first_param = 0;
        std::uint32_t param_count = 0;
        std::uint32_t first_tail = 0;
        std::uint32_t only_bare = no_index;  // the child behind `{name}`, if nothing else but static children is here
        std::uint16_t tail_count = 0;
        bool has_fixed = false;
        bool has_others = false;  // has children that are not static
    };

    struct ParamEdge {
        SegmentMatcher matcher;
        std::uint32_t child;
        bool is_bare;
    };

    struct TailEdge {
        std::uint32_t endpoint;
        bool may_be_empty;
    };

    struct FixedEdge {
        std::uint64_t first_word = 0;  // of the segment; all of it if it has at most 8 bytes
        std::uint32_t parent = no_index;
        std::uint32_t size = 0;
        std::uint32_t child = no_index;
        std::uint32_t text = 0;  // where in texts_
    };

    struct StaticPath {
        std::uint32_t size = 0;
        std::uint32_t endpoint = no_index;
        std::uint32_t text = 0;
    };

    void add_targets(const RouteTree& tree);
    void add_nodes(RouteTree& tree);
    std::uint32_t add_endpoint(const RouteTree::Node& node);
    FixedEdge make_fixed(std::uint32_t parent, const RouteTree::Edge& edge);
    void add_static_paths(RouteTree& tree);
    std::uint32_t add_text(std::string_view text);

    std::uint64_t hash_of(const FixedEdge& edge, std::uint64_t seed) const noexcept;
    static std::uint64_t seed_of(std::uint32_t parent, std::uint64_t seed) noexcept {
        return seed + parent * std::uint64_t{0xA24BAED4963EE407};
    }
    [[gnu::always_inline]] inline std::uint32_t find_fixed(std::uint32_t parent,
                                                           const ScannedSegment& segment) const noexcept;
    [[gnu::always_inline]] inline std::uint32_t find_static(std::string_view path, std::uint64_t hash) const noexcept;
    inline void answer(std::uint32_t target, RouteMatch& out) const noexcept;
    template <char Separator>
    [[gnu::noinline]] void walk(std::size_t method, std::string_view path, RouteMatch& out) const;
    void match_longer(std::size_t slot, std::string_view path, Arena& arena, RouteMatch& out) const;
    void match_decoded(std::size_t method, std::string_view path, Arena& arena, RouteMatch& out) const;
    static std::optional<std::string_view> decode(std::string_view path, Arena& arena);

    std::vector<Node> nodes_;
    std::vector<ParamEdge> params_;
    std::vector<TailEdge> tails_;
    std::vector<Endpoint> endpoints_;
    std::vector<Target> targets_;
    std::vector<std::string> name_texts_;
    std::vector<std::string_view> names_;  // views name_texts_
    std::string texts_;

    std::vector<FixedEdge> fixed_;
    std::uint64_t fixed_mask_ = 0;
    std::uint64_t fixed_seed_ = 0;
    std::vector<StaticPath> statics_;
    std::uint64_t static_mask_ = 0;
    std::uint64_t static_seed_ = 0;
    std::uint32_t root_path_ = no_index;  // the endpoint of "/", the most asked of all
};

}  // namespace hyperlane::web
