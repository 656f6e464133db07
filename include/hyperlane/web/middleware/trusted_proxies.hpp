#pragma once

/// Who asks, behind proxies: reads Forwarded (RFC 7239) or X-Forwarded-For from right to left, as far as the proxies
/// are known. What stands further left may have been written by anybody.
///
///     server.use(trusted_proxies({.proxies = {"10.0.0.0/8", "::1"}}));
///     …
///     client_address(ctx).ip()

#include <hyperlane/web/client_address.hpp>
#include <hyperlane/web/middleware.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace hyperlane {

enum class ProxyField : std::uint8_t {
    x_forwarded_for,
    forwarded,
};

struct TrustedProxiesOptions {
    /// Addresses ("192.0.2.1", "::1"), networks ("10.0.0.0/8", "fd00::/8"), or "unix" for Unix sockets.
    std::vector<std::string> proxies = {};
    /// The field that the proxies write. Only one: the other would come from the client as it likes.
    ProxyField field = ProxyField::x_forwarded_for;
};

/// Give it before what asks for `client_address`, such as `rate_limit`.
///
/// errors  no proxies, or one that is no network: the server does not start
[[nodiscard]] Middleware trusted_proxies(TrustedProxiesOptions options);

}  // namespace hyperlane
