#pragma once

/// So many requests in so much time for each client; more get 429 with Retry-After.
///
///     api.use(rate_limit({.requests = 100, .window = 1min}));
///
/// Every response says what is left, in the fields RateLimit-Policy and RateLimit (IETF draft
/// draft-ietf-httpapi-ratelimit-headers):
///
///     RateLimit-Policy: "default";q=100;w=60
///     RateLimit: "default";r=42;t=18
///
/// The count is one for all loops. It is kept in a table of fixed size, divided into parts with a lock each, which is
/// held for some dozen instructions; where the table is full, the client with the fewest recent requests is forgotten.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/web/middleware.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace hyperlane {

enum class RateLimitKind : std::uint8_t {
    token_bucket,    ///< `burst` at once, then one each `window / requests`
    sliding_window,  ///< `requests` in any stretch of `window`, estimated from two counts
};

struct RateLimitOptions {
    std::uint32_t requests = 100;
    Duration window = std::chrono::minutes(1);
    RateLimitKind kind = RateLimitKind::token_bucket;
    std::uint32_t burst = 0;  ///< of a token bucket; 0: as many as `requests`
    /// Who is counted together: requests with the same key. Empty text is not limited. Without a function it is the
    /// client's address (see `trusted_proxies`), of IPv6 the first 64 bits.
    SharedFunction<std::string(const Context& ctx)> key = nullptr;
    std::size_t most_keys = 65'536;  ///< 24 bytes each, taken at once
    std::string name = "default";    ///< of the policy
    bool fields = true;              ///< say on every response what is left
};

/// errors  a limit or a window of nothing, a name that cannot be quoted: the server does not start
[[nodiscard]] Middleware rate_limit(RateLimitOptions options);

}  // namespace hyperlane
