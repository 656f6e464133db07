#pragma once

/// Opening connections, for clients.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/net/address.hpp>
#include <hyperlane/net/stream.hpp>

#include <vector>

namespace hyperlane::net {

/// Connect without blocking the loop: `co_await timeout(5s, connect(address))`. TCP_NODELAY is on.
///
/// errors   connection_refused, timed_out, permission_denied, not_found (no such Unix socket), unavailable, system; the
///          message says the address and the reason
/// cancel   gives up and closes
[[nodiscard]] Task<Result<std::unique_ptr<Stream>>> connect(Address to);

/// Try one address after the other, such as `resolve` gives them.
/// errors   those of the last one; invalid_argument for no addresses
[[nodiscard]] Task<Result<std::unique_ptr<Stream>>> connect(std::vector<Address> candidates);

}  // namespace hyperlane::net
