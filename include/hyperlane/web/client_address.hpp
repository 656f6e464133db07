#pragma once

/// Who asks: the peer of the connection, or whom a proxy speaks for.

#include <hyperlane/net/address.hpp>
#include <hyperlane/web/context.hpp>

namespace hyperlane {

/// The address of the client as `trusted_proxies` found it, perhaps without a port; without it the peer of the
/// connection.
[[nodiscard]] Address client_address(const Context& ctx);

namespace web {

/// From now on `client_address` says this for the request of `ctx`.
void set_client_address(Context ctx, Address client);

}  // namespace web

}  // namespace hyperlane
