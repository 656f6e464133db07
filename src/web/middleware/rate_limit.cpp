#include <hyperlane/http/field_names.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/net/network.hpp>
#include <hyperlane/web/client_address.hpp>
#include <hyperlane/web/middleware/rate_limit.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/middleware/rate_table.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace hyperlane {

namespace {

constexpr FieldName rate_limit_field("RateLimit");
constexpr FieldName rate_limit_policy_field("RateLimit-Policy");

// One person has a whole /64 of IPv6 addresses.
std::string key_of_client(const Context& ctx) {
    const Address address = client_address(ctx);
    const auto bytes = net::ip_bytes_of(address);
    if (!bytes) return "unix";
    const std::size_t counted = address.kind() == Address::Kind::ipv6 ? 8 : bytes->size();
    return {reinterpret_cast<const char*>(bytes->data()), counted};
}

std::string whole_seconds(Duration length) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(length).count());
}

class RateLimit {
public:
    explicit RateLimit(RateLimitOptions options)
        : options_(std::move(options)),
          table_(std::make_shared<web::RateTable>(options_)),
          policy_("\"" + options_.name + "\";q=" + std::to_string(quota()) + ";w=" + whole_seconds(options_.window)) {}

    void operator()(Context ctx) const {
        const std::string key = options_.key ? options_.key(ctx) : key_of_client(ctx);
        if (key.empty()) return;
        const web::RateVerdict verdict = table_->take(key, ctx.exchange().loop().now());
        if (options_.fields) {
            ctx.set_response_header(rate_limit_policy_field, policy_);
            ctx.set_response_header(rate_limit_field, "\"" + options_.name +
                                                          "\";r=" + std::to_string(verdict.remaining) +
                                                          ";t=" + whole_seconds(verdict.reset));
        }
        if (verdict.allowed) return;
        const std::string wait = whole_seconds(std::max<Duration>(verdict.retry, std::chrono::seconds(1)));
        ctx.set_response_header(header::retry_after, wait);
        answer_error(ctx, HttpError(429, "too many requests: try again in " + wait + " s"));
    }

private:
    [[nodiscard]] std::uint32_t quota() const noexcept {
        const bool bucket = options_.kind == RateLimitKind::token_bucket;
        return bucket && options_.burst != 0 ? options_.burst : options_.requests;
    }

    RateLimitOptions options_;
    std::shared_ptr<web::RateTable> table_;
    std::string policy_;
};

// What may stand in a string of structured fields (RFC 9651 3.3.3), without the need to escape it.
bool is_policy_name(std::string_view name) noexcept {
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

}  // namespace

Middleware rate_limit(RateLimitOptions options) {
    if (options.requests == 0) return {.mistake = "rate_limit: `requests` must be at least 1"};
    if (options.window < std::chrono::milliseconds(1)) return {.mistake = "rate_limit: `window` must be at least 1 ms"};
    if (!is_policy_name(options.name)) {
        return {.mistake = "rate_limit: the name \"" + options.name + "\" cannot be sent as it is"};
    }
    return {.before = web::make_handler(RateLimit(std::move(options)))};
}

}  // namespace hyperlane
