#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/web/middleware/csrf.hpp>
#include <hyperlane/web/problem.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace hyperlane {

namespace {

// Behind a proxy that ends TLS the scheme is not known, so only host and port are compared; a plain page of the same
// host passes then, which HSTS prevents. Default ports are not sent in either field.
bool is_own_origin(std::string_view origin, std::string_view host) noexcept {
    const std::size_t scheme = origin.find("://");
    return scheme != std::string_view::npos && !host.empty() &&
           http::equals_ignore_case(origin.substr(scheme + 3), host);
}

bool may_pass(const Context& ctx, const CsrfOptions& options) {
    if (is_safe(ctx.get_request_method())) return true;
    const auto origin = ctx.get_request_header(header::origin);
    if (origin && std::ranges::find(options.trusted_origins, *origin) != options.trusted_origins.end()) return true;
    if (const auto site = ctx.get_request_header(header::sec_fetch_site)) {
        if (*site == "same-origin" || *site == "none") return true;  // none: the person in front of the browser
        return *site == "same-site" && options.allow_same_site;
    }
    return !origin || is_own_origin(*origin, ctx.get_request_host());
}

}  // namespace

Middleware csrf(CsrfOptions options) {
    for (const std::string& origin : options.trusted_origins) {
        const std::size_t scheme = origin.find("://");
        if (scheme == 0 || scheme == std::string::npos || origin.find('/', scheme + 3) != std::string::npos) {
            return {.mistake = "csrf: \"" + origin + "\" is not an origin: write it like \"https://app.example\""};
        }
    }
    return {.before = web::make_handler([options = std::move(options)](Context ctx) {
                if (may_pass(ctx, options)) return;
                answer_error(ctx, HttpError(403, "a request that changes something comes from a page of another site")
                                      .with_code("cross_origin_refused"));
            })};
}

}  // namespace hyperlane
