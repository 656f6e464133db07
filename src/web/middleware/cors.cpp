#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/origin.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/middleware/cors.hpp>
#include "web/vary.hpp"

#include <algorithm>
#include <memory>

namespace hyperlane {

namespace {

constexpr std::string_view usual_methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
constexpr FieldText true_text("true");

bool is_wildcard(const std::vector<std::string>& list) { return std::ranges::find(list, "*") != list.end(); }

std::string joined(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& item : list) text.append(text.empty() ? "" : ", ").append(item);
    return text;
}

std::string mistake_in_names(std::string_view what, const std::vector<std::string>& names, bool credentials) {
    for (const std::string& name : names) {
        if (!http::is_token(name)) return "cors: " + std::string(what) + " \"" + name + "\" is not a name";
        if (name == "*" && credentials) {
            return "cors: \"*\" in " + std::string(what) + " means nothing to browsers with credentials: name them";
        }
    }
    return {};
}

std::string mistake_in(const CorsOptions& options) {
    if (options.origins.empty() && !options.allow_origin) {
        return "cors: no origin is allowed: name them in `origins`, or use {\"*\"} for all";
    }
    if (is_wildcard(options.origins)) {
        if (options.credentials) {
            return "cors: browsers refuse the wildcard origin \"*\" with credentials: name the origins, or decide with "
                   "`allow_origin`";
        }
        if (options.origins.size() > 1 || options.allow_origin) {
            return "cors: the wildcard origin \"*\" stands alone: it allows all others already";
        }
        return mistake_in_names("methods", options.methods, false) +
               mistake_in_names("headers", options.headers, false) +
               mistake_in_names("expose_headers", options.expose_headers, false);
    }
    for (const std::string& origin : options.origins) {
        if (origin == "null") continue;
        if (auto mistake = http::mistake_in_origin(origin); !mistake.empty()) return "cors: " + mistake;
    }
    for (const auto& [what, names] : {std::pair("methods", &options.methods), std::pair("headers", &options.headers),
                                      std::pair("expose_headers", &options.expose_headers)}) {
        if (auto mistake = mistake_in_names(what, *names, options.credentials); !mistake.empty()) return mistake;
    }
    return {};
}

class Cors {
public:
    explicit Cors(CorsOptions options)
        : options_(std::move(options)),
          // One origin can be named to everybody: the browser compares. So the answer depends on nobody's request.
          fixed_(options_.origins.size() == 1 && !options_.allow_origin),
          methods_(joined(options_.methods)),
          headers_(joined(options_.headers)),
          expose_headers_(joined(options_.expose_headers)),
          max_age_(std::to_string(options_.max_age.count())) {
        // Browsers compare what they get letter by letter.
        for (std::string& origin : options_.origins) {
            if (const auto parsed = http::parse_origin(origin)) origin = http::write_origin(*parsed);
        }
    }

    [[nodiscard]] bool open_to_all() const { return is_wildcard(options_.origins); }

    [[nodiscard]] bool allows(std::string_view origin) const {
        const auto is_it = [origin](const std::string& named) {
            return named == origin || http::is_same_origin(named, origin);
        };
        return std::ranges::any_of(options_.origins, is_it) || (options_.allow_origin && options_.allow_origin(origin));
    }

    /// "null" is any page that hides where it is from.
    [[nodiscard]] bool trusts(std::string_view origin) const { return http::parse_origin(origin) && allows(origin); }

    void answer_or_allow(Context ctx) const {
        const auto origin = ctx.get_request_header(header::origin);
        if (!fixed_) web::add_vary(ctx, header::origin);
        const bool preflight = ctx.get_request_method() == Method::OPTIONS && origin &&
                               ctx.get_request_header(header::access_control_request_method);
        const bool allowed = fixed_ || (origin && allows(*origin));
        if (allowed) allow_origin(ctx, origin);
        if (preflight) {
            answer_preflight(ctx, allowed);
        } else if (allowed && !expose_headers_.empty()) {
            ctx.set_response_header(header::access_control_expose_headers, expose_headers_);
        }
    }

    /// A page can read why it was refused only if the answer lets it, so whoever has answered before the turn of this
    /// came gets the fields as well.
    void allow_late(Context ctx) const {
        if (ctx.get_response_header(header::access_control_allow_origin)) return;
        const auto origin = ctx.get_request_header(header::origin);
        if (!fixed_) web::add_vary(ctx, header::origin);
        if (fixed_ || (origin && allows(*origin))) allow_origin(ctx, origin);
    }

private:
    void allow_origin(Context& ctx, std::optional<std::string_view> origin) const {
        const std::string_view allowed = fixed_ ? std::string_view(options_.origins.front()) : *origin;
        ctx.set_response_header(header::access_control_allow_origin, allowed);
        if (options_.credentials) ctx.set_response_header(header::access_control_allow_credentials, true_text);
    }

    void answer_preflight(Context& ctx, bool allowed) const {
        if (allowed) {
            allow_methods(ctx);
            allow_headers(ctx);
            if (options_.max_age.count() >= 0) ctx.set_response_header(header::access_control_max_age, max_age_);
            allow_private_network(ctx);
        }
        ctx.set_response_status_code(204);
    }

    void allow_methods(Context& ctx) const {
        if (!methods_.empty()) {
            ctx.set_response_header(header::access_control_allow_methods, methods_);
            return;
        }
        const web::RouteMatch& match = static_cast<web::WebExchange&>(ctx.exchange()).match;
        const bool known = match.outcome == web::RouteOutcome::method_not_allowed;
        ctx.set_response_header(header::access_control_allow_methods,
                                known ? match.allowed.to_allow_value() : std::string(usual_methods));
    }

    // "*" would not cover Authorization, and nothing at all with credentials (Fetch 4.8), so the names are repeated.
    void allow_headers(Context& ctx) const {
        if (!headers_.empty()) {
            ctx.set_response_header(header::access_control_allow_headers, headers_);
            return;
        }
        web::add_vary(ctx, header::access_control_request_headers);
        const auto asked = http::joined_field(ctx.exchange(), header::access_control_request_headers);
        if (!asked || asked->empty()) return;
        for (http::ListReader list(*asked); const auto name = list.next();) {
            if (!http::is_token(*name)) return;
        }
        ctx.set_response_header(header::access_control_allow_headers, *asked);
    }

    void allow_private_network(Context& ctx) const {
        if (!options_.private_network) return;
        web::add_vary(ctx, header::access_control_request_private_network);
        const auto asked = ctx.get_request_header(header::access_control_request_private_network);
        if (asked == "true") ctx.set_response_header(header::access_control_allow_private_network, true_text);
    }

    CorsOptions options_;
    bool fixed_;
    std::string methods_;
    std::string headers_;
    std::string expose_headers_;
    std::string max_age_;
};

}  // namespace

Middleware cors(CorsOptions options) {
    Middleware middleware{.mistake = mistake_in(options)};
    if (!middleware.mistake.empty()) return middleware;
    const auto shared = std::make_shared<const Cors>(std::move(options));
    middleware.before = web::make_handler([shared](Context ctx) { shared->answer_or_allow(ctx); });
    middleware.after = web::make_handler([shared](Context ctx) { shared->allow_late(ctx); });
    middleware.open_to_all = shared->open_to_all();
    if (!middleware.open_to_all) {
        middleware.trusts_origin = [shared](std::string_view origin) { return shared->trusts(origin); };
    }
    return middleware;
}

}  // namespace hyperlane
