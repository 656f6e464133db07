#include <hyperlane/web/routes.hpp>

namespace hyperlane::web {

RouteGroup::RouteGroup() = default;
RouteGroup::RouteGroup(const RouteGroup&) = default;
RouteGroup::RouteGroup(RouteGroup&&) noexcept = default;
RouteGroup& RouteGroup::operator=(const RouteGroup&) = default;
RouteGroup& RouteGroup::operator=(RouteGroup&&) noexcept = default;
RouteGroup::~RouteGroup() = default;

void RouteGroup::add_route(std::string_view pattern, Route route, std::source_location at) {
    routes.push_back({std::string(pattern), std::move(route), at});
}

void RouteGroup::add_group(std::string_view below, RouteGroup group, std::source_location at) {
    group.prefix = below;
    group.where = at;
    groups.push_back(std::move(group));
}

}  // namespace hyperlane::web
