#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/origin.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/middleware/csrf.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/foreign_page.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hyperlane {

namespace {

bool is_trusted(const Context& ctx, std::string_view origin, const CsrfOptions& options) {
    const auto is_named = [origin](const std::string& named) { return http::is_same_origin(named, origin); };
    const auto& by_others = static_cast<const web::WebExchange&>(ctx.exchange()).route->trusted_origins;
    return std::ranges::any_of(options.trusted_origins, is_named) ||
           std::ranges::any_of(by_others, [origin](const web::OriginHook& trusts) { return trusts(origin); });
}

// A plain page of the same host passes where the browser says no more than its origin: HSTS prevents that.
bool may_pass(const Context& ctx, const CsrfOptions& options) {
    if (is_safe(ctx.get_request_method())) return true;
    const auto origin = ctx.get_request_header(header::origin);
    if (origin && is_trusted(ctx, *origin, options)) return true;
    if (const auto site = ctx.get_request_header(header::sec_fetch_site)) {
        if (*site == "same-origin" || *site == "none") return true;  // none: the person in front of the browser
        return *site == "same-site" && options.allow_same_site;
    }
    if (!origin || http::is_origin_of_host(*origin, ctx.get_request_host())) return true;
    web::log_foreign_page(ctx, *origin, "CsrfOptions::trusted_origins");
    return false;
}

}  // namespace

Middleware csrf(CsrfOptions options) {
    for (const std::string& origin : options.trusted_origins) {
        if (auto mistake = http::mistake_in_origin(origin); !mistake.empty()) return {.mistake = "csrf: " + mistake};
    }
    return {.before = web::make_handler([options = std::move(options)](Context ctx) {
                if (may_pass(ctx, options)) return;
                answer_error(ctx, HttpError(403, "a request that changes something comes from a page of another site")
                                      .with_code("cross_origin_refused"));
            }),
            .refuses_origins = true};
}

}  // namespace hyperlane
