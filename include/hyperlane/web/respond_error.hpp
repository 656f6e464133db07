#pragma once

/// Errors of requests that handlers pass on as values.

#include <hyperlane/web/context.hpp>
#include <hyperlane/web/http_error.hpp>

#include <string_view>

namespace hyperlane::web {

/// `error` as a value that becomes the same response, with code and violations, if the handler returns it.
[[nodiscard]] Error to_error(const Context& ctx, HttpError error);

/// What `to_error` was given last for this request, if it has this message; else nullptr.
[[nodiscard]] const HttpError* find_told_error(const Context& ctx, std::string_view message);

}  // namespace hyperlane::web
