#pragma once

/// What people should know of a route, for the document of the API: `get(get_user).document({.summary = "One user"})`.

#include <string>
#include <vector>

namespace hyperlane {

/// All of it may be left out.
struct RouteDocument {
    std::string operation_id = {};       ///< a name for programs; otherwise made of method and path: "get_users_by_id"
    std::string summary = {};            ///< one line
    std::string description = {};        ///< as long as it takes; Markdown
    std::vector<std::string> tags = {};  ///< otherwise the first name in the path that not all begin with: "users"
    bool deprecated = false;
    bool hidden = false;  ///< not in the document
};

}  // namespace hyperlane
