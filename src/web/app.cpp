#include <hyperlane/http/shard.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/web/app.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/respond_error.hpp"

#include <cassert>
#include <string>
#include <utility>

namespace hyperlane::web {

namespace {

// CONNECT names a host and no path.
std::string_view path_to_route(const WebExchange& exchange) noexcept {
    return exchange.head().form == http::TargetForm::authority ? "/" : exchange.path();
}

}  // namespace

[[gnu::always_inline]] inline void WebExchange::reset_all() noexcept {
    attributes.clear();
    endpoint = nullptr;
    request_id = {};
    Exchange::reset();
}

void WebExchange::reset() noexcept { reset_all(); }

void WebExchange::recycle() noexcept {
    reset_all();
    give_back();
}

std::unique_ptr<http::Exchange> App::make_exchange() {
    auto exchange = std::make_unique<WebExchange>();
    exchange->app = this;
    return exchange;
}

// Short, and without the rest in it, so that a request whose route is found pays for nothing else.
[[gnu::always_inline]] inline void App::choose_endpoint(WebExchange& exchange, std::string_view path) const {
    router_.match(exchange.method(), path, exchange.arena, exchange.match);
    if (exchange.match.outcome == RouteOutcome::found) [[likely]] {
        exchange.endpoint = endpoints_[exchange.match.route].get();
    } else {
        choose_without_match(exchange);
    }
}

http::BodyPlan App::on_head(http::Exchange& exchange) noexcept {
    auto& web = static_cast<WebExchange&>(exchange);
    if (exchange.head().form == http::TargetForm::origin) [[likely]] {
        choose_endpoint(web, exchange.path_of_origin_form());
    } else {
        choose_for_other_form(web);
    }
    return {web.endpoint->body_mode, web.endpoint->body_limit};
}

[[gnu::noinline]] void App::choose_for_other_form(WebExchange& exchange) const {
    if (exchange.head().form == http::TargetForm::asterisk) return choose_for_server(exchange);
    choose_endpoint(exchange, path_to_route(exchange));
}

[[gnu::noinline]] void App::choose_without_match(WebExchange& exchange) const {
    switch (exchange.match.outcome) {
        case RouteOutcome::found: return;
        case RouteOutcome::not_found: exchange.endpoint = endpoint_without_route(exchange); return;
        case RouteOutcome::bad_path: exchange.endpoint = bad_path_.get(); return;
        case RouteOutcome::method_not_allowed: exchange.endpoint = endpoint_of_other_method(exchange); return;
    }
}

// OPTIONS *
void App::choose_for_server(WebExchange& exchange) const {
    exchange.endpoint = groups_.front().options.get();
    exchange.match = RouteMatch();
    exchange.match.outcome = RouteOutcome::method_not_allowed;
    exchange.match.allowed = all_methods;
}

// The parameters of the prefix stay in the match: middleware of the group may ask for them.
const Endpoint* App::endpoint_without_route(WebExchange& exchange) const {
    prefixes_.match(Method::GET, path_to_route(exchange), exchange.arena, exchange.match);
    const bool below_group = exchange.match.outcome == RouteOutcome::found;
    exchange.match.outcome = RouteOutcome::not_found;
    return groups_[below_group ? exchange.match.route : 0].not_found.get();
}

// The middleware is that of a route at this path: for a preflight of the route that it asks about (Fetch 4.8), else of
// the first method that is allowed.
const Endpoint* App::endpoint_of_other_method(WebExchange& exchange) const {
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

void App::on_request(http::Exchange& exchange) noexcept {
    auto& web = static_cast<WebExchange&>(exchange);
#ifndef NDEBUG
    web.loop().note_activity(web.endpoint->pattern);
#endif
    if (web.match.outcome == RouteOutcome::method_not_allowed) [[unlikely]]
        say_allowed(web);
    run_chain(web);
}

[[gnu::noinline]] void App::say_allowed(WebExchange& exchange) {
    [[maybe_unused]] const auto set = exchange.response.set("Allow", exchange.match.allowed.to_allow_value());
}

void App::on_finished(http::Exchange& exchange) noexcept {
    auto& web = static_cast<WebExchange&>(exchange);
    const bool upgraded = web.response.status() == 101;  // has left, and is well
    write_access_log(access_log_, web, !web.connected() && !upgraded);
}

void* App::find_state(TypeKey key) const noexcept {
    for (const StateEntry& entry : state_) {
        if (entry.key == key) return entry.value.get();
    }
    return nullptr;
}

void App::render(Context ctx, const HttpError& error) const {
    // Errors of the server are logged where they are caught, with what the client must not see.
    if (error.status() < 500 && log_enabled(LogLevel::debug)) {
        log(LogLevel::debug, describe_failure(ctx, std::to_string(error.status()) + " " + std::string(code_of(error)) +
                                                       ": " + text_for_log(error)));
    }
    if (!error_hook_) return answer_problem(ctx, error);
    begin_error(ctx, error);
    error_hook_(ctx, error);
}

std::string describe_failure(const Context& ctx, std::string_view what) {
    std::string line(ctx.get_request_method_token());
    line.append(" ").append(ctx.get_request_path());
    const std::string_view route = ctx.get_route_pattern();
    if (!route.empty() && route != ctx.get_request_path()) line.append(" (route ").append(route).append(")");
    line.append(": ").append(what);
    return line.append(" [request ").append(ctx.get_request_id()).append("]");
}

}  // namespace hyperlane::web
