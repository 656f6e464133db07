#pragma once

/// A request on its way through a server, and what the server says of all of them: frozen before the first one comes,
/// read by every loop and written by none.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/http/exchange.hpp>
#include <hyperlane/http/limits.hpp>
#include <hyperlane/http/service.hpp>
#include <hyperlane/web/attributes.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/routing/router.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

/// What is known of a route besides the handlers that answer it.
struct RouteSettings {
    std::string pattern;  ///< empty where no route matched
    http::BodyMode body_mode = http::BodyMode::gather;
    std::uint64_t body_limit = 0;
    /// Whether pages of an origin are trusted, each says of its own: `Middleware::trusts_origin`.
    std::vector<SharedFunction<bool(std::string_view origin)>> trusted_origins = {};
};

struct StateEntry {
    TypeKey key;
    std::shared_ptr<void> value;
};

/// What holds for every request.
struct ServerSettings {
    std::vector<StateEntry> state;
    Limits limits;
    ErrorHook error_hook;
    bool development = false;  ///< may responses show what is inside the program?

    /// Null if there is none of that type.
    [[nodiscard]] void* find_state(TypeKey key) const noexcept;
};

class WebExchange final : public http::Exchange {
public:
    explicit WebExchange(const ServerSettings& told) noexcept : settings(told) {}

    const ServerSettings& settings;  // outlives every exchange
    const RouteSettings* route = nullptr;
    RouteMatch match;
    Attributes attributes;
    std::string_view request_id;  // views the arena; empty until somebody asks

    void reset() noexcept override;

protected:
    void recycle() noexcept override;

private:
    void reset_all() noexcept;
};

}  // namespace hyperlane::web
