#include <hyperlane/http/shard.hpp>
#include <hyperlane/web/dispatcher.hpp>

#include <cassert>
#include <utility>

namespace hyperlane::web {

namespace {

// CONNECT names a host and no path.
std::string_view path_to_route(const WebExchange& exchange) noexcept {
    return exchange.head().form == http::TargetForm::authority ? "/" : exchange.path();
}

}  // namespace

std::unique_ptr<http::Exchange> Dispatcher::make_exchange() { return std::make_unique<WebExchange>(settings_); }

// Short, and without the rest in it, so that a request whose route is found pays for nothing else.
[[gnu::always_inline]] inline void Dispatcher::choose_endpoint(WebExchange& exchange, std::string_view path) const {
    router_.match(exchange.method(), path, exchange.arena, exchange.match);
    if (exchange.match.outcome == RouteOutcome::found) [[likely]] {
        exchange.route = endpoints_[exchange.match.route].get();
    } else {
        choose_without_match(exchange);
    }
}

http::BodyPlan Dispatcher::on_head(http::Exchange& exchange) noexcept {
    auto& web = static_cast<WebExchange&>(exchange);
    if (exchange.head().form == http::TargetForm::origin) [[likely]] {
        choose_endpoint(web, exchange.path_of_origin_form());
    } else {
        choose_for_other_form(web);
    }
    return {web.route->body_mode, web.route->body_limit};
}

[[gnu::noinline]] void Dispatcher::choose_for_other_form(WebExchange& exchange) const {
    if (exchange.head().form == http::TargetForm::asterisk) return choose_for_server(exchange);
    choose_endpoint(exchange, path_to_route(exchange));
}

[[gnu::noinline]] void Dispatcher::choose_without_match(WebExchange& exchange) const {
    switch (exchange.match.outcome) {
        case RouteOutcome::found: return;
        case RouteOutcome::not_found: exchange.route = endpoint_without_route(exchange); return;
        case RouteOutcome::bad_path: exchange.route = bad_path_.get(); return;
        case RouteOutcome::method_not_allowed: exchange.route = endpoint_of_other_method(exchange); return;
    }
}

// OPTIONS *
void Dispatcher::choose_for_server(WebExchange& exchange) const {
    exchange.route = groups_.front().options.get();
    exchange.match = RouteMatch();
    exchange.match.outcome = RouteOutcome::method_not_allowed;
    exchange.match.allowed = all_methods;
}

// The parameters of the prefix stay in the match: middleware of the group may ask for them.
const Endpoint* Dispatcher::endpoint_without_route(WebExchange& exchange) const {
    prefixes_.match(Method::GET, path_to_route(exchange), exchange.arena, exchange.match);
    const bool below_group = exchange.match.outcome == RouteOutcome::found;
    exchange.match.outcome = RouteOutcome::not_found;
    return groups_[below_group ? exchange.match.route : 0].not_found.get();
}

// The middleware is that of a route at this path: for a preflight of the route that it asks about (Fetch 4.8), else of
// the first method that is allowed.
const Endpoint* Dispatcher::endpoint_of_other_method(WebExchange& exchange) const {
    RouteMatch& match = exchange.match;
    const std::string_view path = path_to_route(exchange);
    const MethodSet allowed = match.allowed;
    const bool options = exchange.method() == Method::OPTIONS;
    const auto asked_text =
        options ? exchange.field("Access-Control-Request-Method") : std::optional<std::string_view>();
    const Method asked = asked_text ? parse_method(*asked_text) : Method::OPTIONS;
    router_.match(asked, path, exchange.arena, match);
    const bool preflight = match.outcome == RouteOutcome::found;
    for (unsigned i = 0; match.outcome != RouteOutcome::found; ++i) {
        assert(i <= static_cast<unsigned>(Method::OTHER) && "a path that allows methods has a route");
        router_.match(static_cast<Method>(i), path, exchange.arena, match);
    }
    match.outcome = RouteOutcome::method_not_allowed;
    match.allowed = allowed;
    const RouteEnds& ends = route_ends_[match.route];
    if (preflight && ends.preflight) return ends.preflight.get();
    return options ? groups_[ends.group].options.get() : groups_[ends.group].method_not_allowed.get();
}

void Dispatcher::on_request(http::Exchange& exchange) noexcept {
    auto& web = static_cast<WebExchange&>(exchange);
    if (web.match.outcome == RouteOutcome::method_not_allowed) [[unlikely]]
        say_allowed(web);
    run_chain(web);
}

[[gnu::noinline]] void Dispatcher::say_allowed(WebExchange& exchange) {
    [[maybe_unused]] const auto set = exchange.response.set("Allow", exchange.match.allowed.to_allow_value());
}

void Dispatcher::on_finished(http::Exchange& exchange) noexcept {
    auto& web = static_cast<WebExchange&>(exchange);
    const bool upgraded = web.response.status() == 101;  // has left, and is well
    write_access_log(access_log_, web, !web.connected() && !upgraded);
}

}  // namespace hyperlane::web
