#pragma once

/// What answers: a server's routes and middleware, frozen. It finds the endpoint of a request and runs its chain.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/http/service.hpp>
#include <hyperlane/web/access_log.hpp>
#include <hyperlane/web/endpoint.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/lifecycle.hpp>
#include <hyperlane/web/routes.hpp>
#include <hyperlane/web/routing/router.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hyperlane::web {

/// What a server was told, before it is frozen.
struct DispatcherSettings {
    ServerSettings server;
    Handler fallback;
    Handler method_not_allowed;
    AccessLog access_log = AccessLog::off;
    LifecycleHooks hooks;
    /// Zero: off. Unset: 100 ms in development and in debug builds, else off.
    std::optional<Duration> block_warning;
};

/// What answers below the prefix of a group, or of the server, where no route does: with the middleware of that group.
struct GroupEnds {
    std::unique_ptr<const Endpoint> not_found;
    std::unique_ptr<const Endpoint> method_not_allowed;
    std::unique_ptr<const Endpoint> options;
};

/// What answers on behalf of a route to requests that it does not answer itself.
struct RouteEnds {
    std::uint32_t group = 0;                    // whose: an index into `Dispatcher::groups_`
    std::unique_ptr<const Endpoint> preflight;  // only if the route has middleware of its own
};

class Dispatcher final : public http::Service {
public:
    /// errors   every malformed or ambiguous route, one a line, with the places of registration
    [[nodiscard]] static Result<std::unique_ptr<Dispatcher>> make(const DispatcherSettings& settings,
                                                                  const RouteGroup& routes);

    [[nodiscard]] std::unique_ptr<http::Exchange> make_exchange() override;
    [[nodiscard]] http::BodyPlan on_head(http::Exchange& exchange) noexcept override;
    void on_request(http::Exchange& exchange) noexcept override;
    void on_finished(http::Exchange& exchange) noexcept override;

    [[nodiscard]] const ServerSettings& settings() const noexcept { return settings_; }
    [[nodiscard]] const LifecycleHooks& hooks() const noexcept { return hooks_; }
    /// How long a turn of a loop may take before that is said; zero: as long as it likes.
    [[nodiscard]] Duration block_warning() const noexcept { return block_warning_; }

private:
    class Builder;

    Dispatcher() = default;
    void choose_endpoint(WebExchange& exchange, std::string_view path) const;
    void choose_for_other_form(WebExchange& exchange) const;
    void choose_for_server(WebExchange& exchange) const;
    void choose_without_match(WebExchange& exchange) const;
    static void say_allowed(WebExchange& exchange);
    [[nodiscard]] const Endpoint* endpoint_without_route(WebExchange& exchange) const;
    [[nodiscard]] const Endpoint* endpoint_of_other_method(WebExchange& exchange) const;

    Router router_;
    std::vector<std::unique_ptr<const Endpoint>> endpoints_;
    std::vector<RouteEnds> route_ends_;  // as long as endpoints_
    Router prefixes_;                    // finds the innermost group of a path
    std::vector<GroupEnds> groups_;      // the first is the server
    std::unique_ptr<const Endpoint> bad_path_;
    ServerSettings settings_;
    AccessLog access_log_ = AccessLog::off;
    LifecycleHooks hooks_;
    Duration block_warning_{};
};

}  // namespace hyperlane::web
