#pragma once

/// A tree of groups as a list of routes.

#include <hyperlane/web/routes.hpp>

#include <string>
#include <vector>

namespace hyperlane::web {

struct FlatRoute {
    std::string pattern;  // with the prefixes of its groups
    const Registration* registration;
};

/// views  `group`
[[nodiscard]] std::vector<FlatRoute> flatten(const RouteGroup& group);

}  // namespace hyperlane::web
