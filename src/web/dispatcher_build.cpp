#include <hyperlane/io/log.hpp>
#include <hyperlane/web/dispatcher.hpp>
#include <hyperlane/web/operation.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace hyperlane::web {

namespace {

void answer_not_found(Context) { throw HttpError(404); }
void answer_method_not_allowed(Context) { throw HttpError(405); }
void answer_bad_path(Context) {
    throw HttpError(400, "the path holds a malformed percent escape or an encoded NUL").with_code("malformed_path");
}
void note_route(Context ctx) {
    const auto& exchange = static_cast<const WebExchange&>(ctx.exchange());
    exchange.loop().note_activity(exchange.route->pattern);
}
void answer_options(Context ctx) { ctx.set_response_status_code(204); }

#ifdef NDEBUG
constexpr bool debug_build = false;
#else
constexpr bool debug_build = true;
#endif

Duration longest_turn(const DispatcherSettings& settings) {
    if (settings.block_warning) return *settings.block_warning;
    return std::chrono::milliseconds(settings.server.development || debug_build ? 100 : 0);
}

// A slash too many or too few makes routes that nobody can reach.
void check_prefix(const RouteGroup& group, std::string& errors) {
    const std::string& prefix = group.prefix;
    if (prefix.empty() || (prefix.front() == '/' && prefix.back() != '/')) return;
    errors += "group \"" + prefix + "\" at " + group.where.file_name() + ":" + std::to_string(group.where.line()) +
              ": a prefix is empty, or begins with '/' and does not end with one, like \"/api\"\n";
}

void check_group(const RouteGroup& group, std::string& errors) {
    errors += group.middleware.mistakes();
    for (const Registration& registration : group.routes) errors += registration.route.middleware().mistakes();
    for (const RouteGroup& inner : group.groups) {
        check_prefix(inner, errors);
        check_group(inner, errors);
    }
}

// Everything below a prefix; patterns have names for their parameters, and this one must not be in use.
constexpr std::string_view whatever_follows = "/{hyperlane_rest:^.*$}";

}  // namespace

/// Flattens the tree of groups.
class Dispatcher::Builder {
public:
    Builder(Dispatcher& dispatcher, const DispatcherSettings& settings)
        : dispatcher_(dispatcher), settings_(settings) {}

    void add_server(const RouteGroup& server) {
        // Nobody looks at the body.
        dispatcher_.bad_path_ = make_end(server.middleware, Handler(answer_bad_path), false);
        add_ends(server.middleware);
        add_content(server, "", server.middleware, 0);
    }

    void add_prefixes() {
        // Of groups with the same prefix the first one counts. The router keeps what it refuses for `build`, so those
        // are found by trying.
        Router attempt;
        std::vector<bool> taken;
        taken.reserve(prefixes_.size());
        for (const Prefix& prefix : prefixes_) taken.push_back(insert_prefix(attempt, prefix));
        for (std::size_t i = 0; i < prefixes_.size(); ++i) {
            if (taken[i]) insert_prefix(dispatcher_.prefixes_, prefixes_[i]);
        }
        [[maybe_unused]] const auto built = dispatcher_.prefixes_.build();
        assert(built);
    }

private:
    struct Prefix {
        std::string pattern;
        std::uint32_t group;
    };

    static bool insert_prefix(Router& router, const Prefix& prefix) {
        const auto below = router.insert(prefix.pattern + std::string(whatever_follows), {GET}, prefix.group);
        return below && router.insert(prefix.pattern, {GET}, prefix.group);
    }

    void add_group(const RouteGroup& group, const std::string& outer_prefix, const MiddlewareList& outer,
                   std::uint32_t outer_ends) {
        const MiddlewareList middleware = outer.around(group.middleware);
        const std::string prefix = outer_prefix + group.prefix;
        std::uint32_t ends = outer_ends;
        if (!group.middleware.empty()) {
            ends = add_ends(middleware);
            if (!group.prefix.empty()) prefixes_.push_back({prefix, ends});
        }
        add_content(group, prefix, middleware, ends);
    }

    void add_content(const RouteGroup& group, const std::string& prefix, const MiddlewareList& middleware,
                     std::uint32_t ends) {
        for (const Registration& registration : group.routes) add_route(registration, prefix, middleware, ends);
        for (const RouteGroup& inner : group.groups) add_group(inner, prefix, middleware, ends);
    }

    void add_route(const Registration& registration, const std::string& prefix, const MiddlewareList& outer,
                   std::uint32_t ends) {
        const Route& route = registration.route;
        const MiddlewareList middleware = outer.around(route.middleware());
        const auto index = static_cast<std::uint32_t>(dispatcher_.endpoints_.size());
        const bool streamed = streams_body(route);
        const std::uint64_t usual_limit = streamed ? UINT64_MAX : settings_.server.limits.body_bytes;
        warn_of_contradiction(middleware.contradiction());
        Endpoint endpoint{{.pattern = prefix + registration.pattern,
                           .body_mode = streamed ? http::BodyMode::stream : route.body_mode(),
                           .body_limit = middleware.body_limit().value_or(usual_limit),
                           .trusted_origins = middleware.trusted_origins()},
                          steps_before(middleware),
                          route.handler(),
                          middleware.after(),
                          middleware.recover()};
        // Errors are collected by the router and come out of `build`.
        [[maybe_unused]] const auto kept =
            dispatcher_.router_.insert(endpoint.pattern, route.methods(), index, registration.where);
        dispatcher_.endpoints_.push_back(std::make_unique<const Endpoint>(std::move(endpoint)));
        RouteEnds& of_route = dispatcher_.route_ends_.emplace_back();
        of_route.group = ends;
        if (!route.middleware().empty()) of_route.preflight = make_end(middleware, Handler(answer_options), false);
    }

    // The name of the route is noted by a step of its own, so that who does not ask for it pays nothing.
    std::vector<Handler> steps_before(const MiddlewareList& middleware) const {
        std::vector<Handler> steps = middleware.before();
        if (dispatcher_.block_warning_ != Duration::zero()) steps.insert(steps.begin(), Handler(note_route));
        return steps;
    }

    std::uint32_t add_ends(const MiddlewareList& middleware) {
        GroupEnds& ends = dispatcher_.groups_.emplace_back();
        ends.not_found = make_end(middleware, settings_.fallback ? settings_.fallback : Handler(answer_not_found),
                                  static_cast<bool>(settings_.fallback));
        ends.method_not_allowed =
            make_end(middleware,
                     settings_.method_not_allowed ? settings_.method_not_allowed : Handler(answer_method_not_allowed),
                     static_cast<bool>(settings_.method_not_allowed));
        ends.options = make_end(middleware, Handler(answer_options), false);
        return static_cast<std::uint32_t>(dispatcher_.groups_.size() - 1);
    }

    std::unique_ptr<const Endpoint> make_end(const MiddlewareList& middleware, Handler handler, bool reads_body) {
        return std::make_unique<const Endpoint>(
            Endpoint{{.pattern = {},
                      .body_mode = reads_body ? http::BodyMode::gather : http::BodyMode::discard,
                      .body_limit = middleware.body_limit().value_or(settings_.server.limits.body_bytes),
                      .trusted_origins = middleware.trusted_origins()},
                     middleware.before(),
                     std::move(handler),
                     middleware.after(),
                     middleware.recover()});
    }

    // Once for each, however many routes it is on.
    void warn_of_contradiction(const std::string& place) {
        if (place.empty() || std::ranges::find(warned_, place) != warned_.end()) return;
        warned_.push_back(place);
        log(LogLevel::warn, "cors at " + place +
                                ": \"*\" lets pages of all origins send requests that csrf then refuses on the same "
                                "routes: name the origins in cors, or keep csrf from these routes");
    }

    Dispatcher& dispatcher_;
    const DispatcherSettings& settings_;
    std::vector<Prefix> prefixes_;
    std::vector<std::string> warned_;
};

Result<std::unique_ptr<Dispatcher>> Dispatcher::make(const DispatcherSettings& settings, const RouteGroup& routes) {
    std::unique_ptr<Dispatcher> dispatcher(new Dispatcher());
    dispatcher->settings_ = settings.server;
    dispatcher->access_log_ = settings.access_log;
    dispatcher->hooks_ = settings.hooks;
    dispatcher->block_warning_ = longest_turn(settings);
    if (settings.access_log != AccessLog::off) dispatcher->watch_ends();
    std::string mistakes;
    check_group(routes, mistakes);
    check_operations(routes, "", dispatcher->settings_, mistakes);
    Builder builder(*dispatcher, settings);
    builder.add_server(routes);
    builder.add_prefixes();
    auto built = dispatcher->router_.build();
    if (!mistakes.empty()) {
        if (!built) mistakes += built.error().message;
        while (mistakes.ends_with('\n')) mistakes.pop_back();
        return fail(ErrorCode::invalid_argument, std::move(mistakes));
    }
    if (!built) return std::unexpected(built.error());
    return dispatcher;
}

}  // namespace hyperlane::web
