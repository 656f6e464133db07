#pragma once

/// What the log is told of a failure.

#include <hyperlane/web/context.hpp>
#include <hyperlane/web/http_error.hpp>

#include <string>
#include <string_view>

namespace hyperlane::web {

/// "GET /users/42 (route /users/{id}): what happened [request 0123456789abcdef]"
[[nodiscard]] std::string describe_failure(const Context& ctx, std::string_view what);

/// Of an error, also what a client is not told.
[[nodiscard]] std::string text_for_log(const HttpError& error);

}  // namespace hyperlane::web
