#pragma once

/// Paths of an API's document: what is between the braces of "/users/{id}" is a name, and nothing else.

#include <hyperlane/web/routing/route_pattern.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

struct PathParameter {
    std::string name;      // in the document
    std::string own_name;  // in the pattern
    std::string regex;     // empty: any text
    bool is_tail = false;
};

struct PathTemplate {
    std::string text;   // "/users/{id}", literals percent-encoded
    std::string shape;  // "/users/{}": templates of one shape are one path to OpenAPI
    std::vector<PathParameter> parameters;
};

/// in  names: what the parameters are to be called; those of the pattern if there are too few
[[nodiscard]] PathTemplate path_template(const RoutePattern& pattern, const std::vector<std::string>& names = {});

/// "get_users_by_id" for GET /users/{id}.
[[nodiscard]] std::string operation_id(std::string_view method, const RoutePattern& pattern);

/// How many segments all paths begin with, which tell none of them apart: 1 for "/shop/users" and "/shop/orders/{id}".
/// Each keeps a name.
[[nodiscard]] std::size_t shared_segments(const std::vector<RoutePattern>& patterns);

/// The first name in the path after `skipped` segments, without what many APIs begin with ("/api", "/v1"); empty if
/// there is none.
[[nodiscard]] std::string tag_of(const RoutePattern& pattern, std::size_t skipped);

/// "orders of users by id" for "/users/{id}/orders", without what a tag leaves out.
[[nodiscard]] std::string subject_of(const RoutePattern& pattern, std::size_t skipped);

}  // namespace hyperlane::web
