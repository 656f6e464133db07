#include <hyperlane/http/media_types.hpp>
#include <hyperlane/http/status.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/web/app.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace hyperlane::web {

namespace {

void answer_not_found(Context) { throw HttpError(404); }
void answer_method_not_allowed(Context) { throw HttpError(405); }
void answer_bad_path(Context) { throw HttpError(400, "the path holds a malformed percent escape or an encoded NUL"); }
void answer_options(Context ctx) { ctx.set_response_status_code(204); }

template <typename T>
std::vector<T> joined(const std::vector<T>& first, const std::vector<T>& second) {
    std::vector<T> all = first;
    all.insert(all.end(), second.begin(), second.end());
    return all;
}

// A slash too many or too few makes routes that nobody can reach.
void check_prefixes(const RouteGroup& group, std::string& errors) {
    for (const RouteGroup& inner : group.groups) {
        const std::string& prefix = inner.prefix;
        if (!prefix.empty() && (prefix.front() != '/' || prefix.back() == '/')) {
            errors += "group \"" + prefix + "\" at " + inner.where.file_name() + ":" +
                      std::to_string(inner.where.line()) +
                      ": a prefix is empty, or begins with '/' and does not end with one, like \"/api\"\n";
        }
        check_prefixes(inner, errors);
    }
}

// What an error page must not inherit from the content that a handler was about to send.
constexpr std::string_view content_fields[] = {"Content-Type",        "Content-Length",   "Content-Encoding",
                                               "Content-Disposition", "Content-Language", "Content-Range",
                                               "Cache-Control",       "Expires",          "ETag",
                                               "Last-Modified"};

}  // namespace

void WebExchange::reset() noexcept {
    attributes.clear();
    endpoint = nullptr;
    request_id = {};
    Exchange::reset();
}

Result<std::unique_ptr<App>> App::make(const AppSettings& settings, const RouteGroup& routes) {
    std::unique_ptr<App> app(new App());
    app->limits_ = settings.limits;
    app->error_hook_ = settings.error_hook;
    app->state_ = settings.state;
    app->access_log_ = settings.access_log;
    std::string bad_prefixes;
    check_prefixes(routes, bad_prefixes);
    app->add_group(routes, "", {}, {});
    auto built = app->router_.build();
    if (!bad_prefixes.empty()) {
        if (!built) bad_prefixes += built.error().message;
        while (bad_prefixes.ends_with('\n')) bad_prefixes.pop_back();
        return fail(ErrorCode::invalid_argument, std::move(bad_prefixes));
    }
    if (!built) return std::unexpected(built.error());
    app->add_fallbacks(settings, routes);
    return app;
}

void App::add_group(const RouteGroup& group, const std::string& prefix, const std::vector<Handler>& outer_before,
                    const std::vector<Handler>& outer_after) {
    const auto before = joined(outer_before, group.before);
    const auto after = joined(group.after, outer_after);
    for (const Registration& registration : group.routes) {
        const Route& route = registration.route;
        const auto index = static_cast<std::uint32_t>(endpoints_.size());
        const std::uint64_t streamed_limit =
            route.body_mode() == http::BodyMode::stream ? UINT64_MAX : limits_.body_bytes;
        Endpoint endpoint{.pattern = prefix + registration.pattern,
                          .before = joined(before, route.before()),
                          .handler = route.handler(),
                          .after = joined(route.after(), after),
                          .body_mode = route.body_mode(),
                          .body_limit = route.body_limit().value_or(streamed_limit)};
        // Errors are collected by the router and come out of `build`.
        [[maybe_unused]] const auto kept = router_.insert(endpoint.pattern, route.methods(), index, registration.where);
        endpoints_.push_back(std::make_unique<const Endpoint>(std::move(endpoint)));
    }
    for (const RouteGroup& inner : group.groups) add_group(inner, prefix + inner.prefix, before, after);
}

void App::add_fallbacks(const AppSettings& settings, const RouteGroup& routes) {
    // Only handlers that the program gave look at bodies.
    const auto make = [&](const std::optional<Handler>& given, void (*standard)(Context)) {
        Endpoint endpoint{.pattern = {},
                          .before = routes.before,
                          .handler = given.value_or(Handler(standard)),
                          .after = routes.after,
                          .body_mode = given ? http::BodyMode::gather : http::BodyMode::discard,
                          .body_limit = limits_.body_bytes};
        return std::make_unique<const Endpoint>(std::move(endpoint));
    };
    not_found_ = make(settings.fallback, answer_not_found);
    method_not_allowed_ = make(settings.method_not_allowed, answer_method_not_allowed);
    options_ = make(std::nullopt, answer_options);
    bad_path_ = make(std::nullopt, answer_bad_path);
}

std::unique_ptr<http::Exchange> App::make_exchange() {
    auto exchange = std::make_unique<WebExchange>();
    exchange->app = this;
    return exchange;
}

http::BodyPlan App::on_head(http::Exchange& exchange) noexcept {
    auto& web = static_cast<WebExchange&>(exchange);
    choose_endpoint(web);
    return {web.endpoint->body_mode, web.endpoint->body_limit};
}

void App::choose_endpoint(WebExchange& exchange) const {
    const auto form = exchange.head().form;
    if (form == http::TargetForm::asterisk) [[unlikely]] {
        exchange.endpoint = options_.get();
        exchange.match.outcome = RouteOutcome::method_not_allowed;
        exchange.match.allowed = all_methods;
        return;
    }
    // CONNECT names a host and no path.
    const std::string_view path = form == http::TargetForm::authority ? "/" : exchange.path();
    router_.match(exchange.method(), path, exchange.arena, exchange.match);
    if (exchange.match.outcome == RouteOutcome::found) [[likely]] {
        exchange.endpoint = endpoints_[exchange.match.route].get();
        return;
    }
    switch (exchange.match.outcome) {
        case RouteOutcome::found: exchange.endpoint = endpoints_[exchange.match.route].get(); break;
        case RouteOutcome::not_found: exchange.endpoint = not_found_.get(); break;
        case RouteOutcome::bad_path: exchange.endpoint = bad_path_.get(); break;
        case RouteOutcome::method_not_allowed:
            exchange.endpoint = exchange.method() == Method::OPTIONS ? options_.get() : method_not_allowed_.get();
            break;
    }
}

void App::on_request(http::Exchange& exchange) noexcept {
    auto& web = static_cast<WebExchange&>(exchange);
#ifndef NDEBUG
    web.loop().note_activity(web.endpoint->pattern);
#endif
    if (web.match.outcome == RouteOutcome::method_not_allowed) [[unlikely]] {
        [[maybe_unused]] const auto set = web.response.set("Allow", web.match.allowed.to_allow_value());
    }
    run_chain(web);
}

void App::on_finished(http::Exchange& exchange) noexcept {
    if (access_log_ == AccessLog::off) return;
    auto& web = static_cast<WebExchange&>(exchange);
    write_access_log(access_log_, web, !web.connected());
}

void* App::find_state(TypeKey key) const noexcept {
    for (const StateEntry& entry : state_) {
        if (entry.key == key) return entry.value.get();
    }
    return nullptr;
}

void App::render(Context ctx, const HttpError& error) const {
    http::Response& response = ctx.exchange().response;
    response.body.clear();
    for (const std::string_view name : content_fields) response.remove(name);
    [[maybe_unused]] const auto valid = response.set_status(error.status());
    [[maybe_unused]] const auto default_reason = response.set_reason({});
    if (error_hook_) return error_hook_(ctx, error);
    ctx.set_response_body(error.message() + "\n");
}

}  // namespace hyperlane::web
