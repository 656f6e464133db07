#pragma once

/// Routes and middleware on their way into a server: a tree of groups, read once when the server starts.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/web/route.hpp>

#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

class Routes;

namespace web {

struct Registration {
    std::string pattern;
    Route route;
    std::source_location where;
};

/// What one group holds. Its middleware counts for all of it, whatever the order of the calls, and also for what no
/// route below its prefix answers: 404, 405, automatic answers to OPTIONS. Where groups have the same prefix the first
/// one with middleware answers for those; a group without a prefix has no paths of its own.
struct RouteGroup {
    std::string prefix;
    std::source_location where;
    MiddlewareList middleware;
    std::vector<Registration> routes;
    std::vector<RouteGroup> groups;

    RouteGroup();
    RouteGroup(const RouteGroup&);
    RouteGroup(RouteGroup&&) noexcept;
    RouteGroup& operator=(const RouteGroup&);
    RouteGroup& operator=(RouteGroup&&) noexcept;
    ~RouteGroup();

    void add_route(std::string_view pattern, Route route, std::source_location at);
    void add_group(std::string_view below, RouteGroup group, std::source_location at);
};

/// The calls that a server and a group of routes have in common.
template <typename Self>
class RouteCalls {
public:
    /// Answer at `pattern`: "/users", "/users/{id}", "/users/{id:\\d+}", "/files/{path:^.*$}" (web/route_pattern.hpp).
    Self& route(std::string_view pattern, Route route, std::source_location where = std::source_location::current()) {
        group_.add_route(pattern, std::move(route), where);
        return self();
    }

    /// Runs before every handler here, in the order of registration. One that sets a status or a body has answered: the
    /// handler does not run, response middleware does.
    template <typename F>
    Self& request_middleware(F&& function) {
        group_.middleware.add_before(make_handler(std::forward<F>(function)));
        return self();
    }

    /// Runs after every handler here, in the order of registration, whatever happened before: also after an error, an
    /// answer of request middleware, an abort. That of the innermost group runs first.
    template <typename F>
    Self& response_middleware(F&& function) {
        group_.middleware.add_after(make_handler(std::forward<F>(function)));
        return self();
    }

    /// Middleware around the rest: `Task<> f(Context ctx, Next next)`.
    template <typename F>
        requires(!std::same_as<std::decay_t<F>, Middleware>)
    Self& use(F&& function) {
        group_.middleware.add_before(make_around(std::forward<F>(function)));
        return self();
    }

    /// Middleware from <hyperlane/middleware.hpp>, or a pair of your own: `server.use(cors({.origins = {"*"}}))`. Its
    /// second half runs after all response middleware here, that of the last `use` first.
    Self& use(Middleware middleware, std::source_location where = std::source_location::current()) {
        group_.middleware.add(std::move(middleware), where);
        return self();
    }

    /// Take in routes that were made elsewhere, below `prefix` ("/api", or empty).
    Self& mount(std::string_view prefix, Routes routes, std::source_location where = std::source_location::current());

    /// A group with middleware of its own: `server.group("/api", [](Routes& api) { api.route(…); });`
    template <typename F>
    Self& group(std::string_view prefix, F&& fill, std::source_location where = std::source_location::current());

    [[nodiscard]] const RouteGroup& route_group() const noexcept { return group_; }

private:
    friend Self;
    RouteCalls() = default;
    Self& self() noexcept { return static_cast<Self&>(*this); }

    RouteGroup group_;
};

}  // namespace web

/// Routes that belong together, to be mounted into a server or into other routes.
class Routes final : public web::RouteCalls<Routes> {
private:
    template <typename Self>
    friend class web::RouteCalls;
    web::RouteGroup take() && { return std::move(group_); }
};

namespace web {

template <typename Self>
Self& RouteCalls<Self>::mount(std::string_view prefix, Routes routes, std::source_location where) {
    group_.add_group(prefix, std::move(routes).take(), where);
    return self();
}

template <typename Self>
template <typename F>
Self& RouteCalls<Self>::group(std::string_view prefix, F&& fill, std::source_location where) {
    Routes routes;
    std::forward<F>(fill)(routes);
    return mount(prefix, std::move(routes), where);
}

}  // namespace web
}  // namespace hyperlane
