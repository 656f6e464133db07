#pragma once

/// The way of one request through middleware and handler.

#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/handler.hpp>
#include <hyperlane/web/middleware.hpp>

#include <vector>

namespace hyperlane::web {

/// Everything that runs before the handler, from the outside in, the handler, and what runs after it, from the inside
/// out.
struct Endpoint : RouteSettings {
    std::vector<Handler> before;
    Handler handler;
    std::vector<Handler> after;
    std::vector<RecoverHook> recover = {};
};

/// Of an exchange that has found its route.
[[nodiscard]] inline const Endpoint& endpoint_of(const WebExchange& exchange) noexcept {
    return static_cast<const Endpoint&>(*exchange.route);  // every route of a dispatcher is one
}

/// Run the way of an exchange and finish it; see chain.cpp.
void run_chain(WebExchange& exchange) noexcept;

}  // namespace hyperlane::web
