#pragma once

/// The Vary field of a response (RFC 9110 12.5.5).

#include <hyperlane/web/context.hpp>

namespace hyperlane::web {

/// Say that the response depends on the field `name` of the request, unless it is said already.
void add_vary(const Context& ctx, FieldName name);

}  // namespace hyperlane::web
