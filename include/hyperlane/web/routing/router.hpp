#pragma once

/// Finds the route of a request: a table built once, then read by every loop without locks.
///
/// Patterns are described in route_pattern.hpp. They are ranked segment by segment, from the left, whatever the order
/// of registration: static, then text around parameters (more text first), then regex, then plain `{id}`, then the rest
/// of the path. A branch that leads nowhere is left again, so no match is lost; the method counts as part of the match,
/// so with `GET /users/me` and `POST /users/{id}` a POST to /users/me reaches the second.
///
/// Two different regexes at the same place are tried in the order that `ranks_before` documents. Whether they can both
/// match one text is not decided: give the more special one more literal text, or its own static prefix.
///
/// A trailing slash counts (`/a` is not `/a/`), and so do empty segments; `{id}` never matches an empty one.

#include <hyperlane/base/arena.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/http/method.hpp>
#include <hyperlane/web/routing/route_pattern.hpp>

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string_view>

namespace hyperlane::web {

struct RouteParam {
    std::string_view name;
    std::string_view value;
};

/// A parameter's value, left uninitialised until it is written.
struct ParamSlice {
    const char* data;
    std::size_t size;
};

/// The parameters of a match, from left to right, decoded. Names are views into the router, values into the path or
/// the arena that `Router::match` was given.
class RouteParams {
public:
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

    [[nodiscard]] RouteParam operator[](std::size_t index) const noexcept {
        assert(index < size_);
        return {names_[index], {values_[index].data, values_[index].size}};
    }

    /// returns  nothing if the route has no such parameter; a value may be empty
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;

private:
    friend class RouteTable;

    std::size_t size_ = 0;
    const std::string_view* names_ = nullptr;
    std::array<ParamSlice, RoutePattern::max_params> values_;  // the first size_ are written
};

enum class RouteOutcome : std::uint8_t {
    found,
    not_found,
    method_not_allowed,  ///< also an OPTIONS that no route answers: `allowed` is what to answer it with
    bad_path,            ///< a bad percent escape, an encoded NUL, or no '/' at the start
};

/// Cheap to construct: parameters are not initialised.
struct RouteMatch {
    RouteOutcome outcome = RouteOutcome::not_found;
    std::uint32_t route = 0;  ///< found: what `insert` was given
    MethodSet allowed;        ///< method_not_allowed: every method that this path answers, with HEAD and OPTIONS
    RouteParams params;       ///< found
};

class RouteTable;
class RouteTree;

class Router {
public:
    Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;
    ~Router();

    /// Register a pattern. GET answers HEAD too unless HEAD is given its own route. `all_methods` is weaker than a
    /// method: at the same pattern it answers for what no other route names, and only it answers extension methods.
    ///
    /// in       route: any number, handed back by `match`; where: named in messages
    /// errors   invalid_argument for a malformed pattern or regex, already_exists if a route at an equivalent pattern
    ///          (names of parameters do not count) answers the same method, already_done after `build`.
    ///          The error is also kept for `build`, so the result may be ignored
    Result<> insert(std::string_view pattern, MethodSet methods, std::uint32_t route,
                    std::source_location where = std::source_location::current());

    /// Freeze the table. Call once, before `match`.
    ///
    /// errors   every error of `insert`, one a line
    [[nodiscard]] Result<> build();

    /// Find the route of a request.
    ///
    /// in       path: of the request target, still percent-encoded, without query. It is split on '/' first and decoded
    ///          then, so %2F stays inside its segment; a tail shows both as '/'
    /// out      written whole on every outcome; values are views into `path`, or into `arena` if `path` has a '%'
    /// cost     no heap allocation (see SegmentMatcher for unusual regexes). A static path takes one hash lookup.
    ///          Otherwise each node of the tree is visited at most once: a node has one parent and one depth, so
    ///          backtracking is bounded by the nodes whose own path matches, and does not multiply. Independent of the
    ///          number of static routes; each parameter segment with a regex or text of its own costs its siblings a
    ///          try
    /// threads  may be called by all loops at once after `build`
    void match(Method method, std::string_view path, Arena& arena, RouteMatch& out) const;

private:
    std::unique_ptr<RouteTree> tree_;
    std::unique_ptr<const RouteTable> table_;
};

}  // namespace hyperlane::web
