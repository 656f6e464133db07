#pragma once

/// From the name of a host to its addresses.

#include <hyperlane/base/result.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/net/address.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace hyperlane::net {

/// Look up `host` on a thread of the loop's pool. Addresses in numbers, "localhost" (RFC 6761 section 6.3: both
/// loopback addresses) and "unix:…" are answered at once.
///
/// returns  at least one address, each with `port`, in the order in which to try them (RFC 6724)
/// errors   not_found (no such name), unavailable (name servers do not answer), invalid_argument, system; the message
///          says the host and the reason
/// cancel   gives up at once
[[nodiscard]] Task<Result<std::vector<Address>>> resolve(std::string host, std::uint16_t port);

}  // namespace hyperlane::net
