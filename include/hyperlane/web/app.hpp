#pragma once

/// A server's routes, middleware and state, frozen: what every loop reads and none writes.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/http/limits.hpp>
#include <hyperlane/http/service.hpp>
#include <hyperlane/web/access_log.hpp>
#include <hyperlane/web/attributes.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/routes.hpp>
#include <hyperlane/web/routing/router.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hyperlane::web {

/// The way of one request: everything that runs before the handler, from the outside in, the handler, and what runs
/// after it, from the inside out.
struct Endpoint {
    std::string pattern;  // empty where no route matched
    std::vector<Handler> before;
    Handler handler;
    std::vector<Handler> after;
    std::vector<RecoverHook> recover = {};
    http::BodyMode body_mode = http::BodyMode::gather;
    std::uint64_t body_limit = 0;
    MethodSet methods = {};
};

struct StateEntry {
    TypeKey key;
    std::shared_ptr<void> value;
};

/// What a server was told, before it is frozen.
struct AppSettings {
    Handler fallback;
    Handler method_not_allowed;
    ErrorHook error_hook;
    std::vector<StateEntry> state;
    Limits limits;
    AccessLog access_log = AccessLog::off;
    bool development = false;
};

/// What answers below the prefix of a group, or of the server, where no route does: with the middleware of that group.
struct GroupEnds {
    std::unique_ptr<const Endpoint> not_found;
    std::unique_ptr<const Endpoint> method_not_allowed;
    std::unique_ptr<const Endpoint> options;
};

/// What answers on behalf of a route to requests that it does not answer itself.
struct RouteEnds {
    std::uint32_t group = 0;                    // whose: an index into `App::groups_`
    std::unique_ptr<const Endpoint> preflight;  // only if the route has middleware of its own
};

/// A request on its way through an app.
class WebExchange final : public http::Exchange {
public:
    const class App* app = nullptr;
    const Endpoint* endpoint = nullptr;
    RouteMatch match;
    Attributes attributes;
    std::string_view request_id;  // views the arena; empty until somebody asks

    void reset() noexcept override;

protected:
    void recycle() noexcept override;

private:
    void reset_all() noexcept;
};

class App final : public http::Service {
public:
    /// errors   every malformed or ambiguous route, one a line, with the places of registration
    [[nodiscard]] static Result<std::unique_ptr<App>> make(const AppSettings& settings, const RouteGroup& routes);

    [[nodiscard]] std::unique_ptr<http::Exchange> make_exchange() override;
    [[nodiscard]] http::BodyPlan on_head(http::Exchange& exchange) noexcept override;
    void on_request(http::Exchange& exchange) noexcept override;
    void on_finished(http::Exchange& exchange) noexcept override;

    [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
    /// May responses show what is inside the program?
    [[nodiscard]] bool development() const noexcept { return development_; }
    /// Null if there is none of that type.
    [[nodiscard]] void* find_state(TypeKey key) const noexcept;

    /// Make `error` the response, by the error hook if there is one.
    void render(Context ctx, const HttpError& error) const;

private:
    class Builder;

    App() = default;
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
    ErrorHook error_hook_;
    std::vector<StateEntry> state_;
    Limits limits_;
    AccessLog access_log_ = AccessLog::off;
    bool development_ = false;
};

/// "GET /users/42 (route /users/{id}): what happened [request 0123456789abcdef]", for the log.
[[nodiscard]] std::string describe_failure(const Context& ctx, std::string_view what);

/// Run the way of an exchange and finish it; see chain.cpp.
void run_chain(WebExchange& exchange) noexcept;

}  // namespace hyperlane::web
