#pragma once

/// What the log says of a request that was refused because of the page it comes from.

#include <hyperlane/web/context.hpp>

#include <string_view>

namespace hyperlane::web {

/// Say that a page of `origin` was taken for one of another site, and what to set if it is none: a proxy that puts a
/// name of its own into Host makes all pages look so.
///
/// in  option: where the origin could be named, "CsrfOptions::trusted_origins"
void log_foreign_page(const Context& ctx, std::string_view origin, std::string_view option);

}  // namespace hyperlane::web
