#include "web/foreign_page.hpp"
#include <hyperlane/http/origin.hpp>
#include <hyperlane/io/log.hpp>
#include "web/failure_text.hpp"

#include <string>

namespace hyperlane::web {

void log_foreign_page(const Context& ctx, std::string_view origin, std::string_view option) {
    if (!http::parse_origin(origin)) return;  // no proxy makes that
    const std::string what = "403: the page is of \"" + std::string(origin) +
                             "\", the request was sent to the host \"" + std::string(ctx.get_request_host()) +
                             "\". If that is the same site, a proxy has changed Host: let it pass on the client's "
                             "(nginx: proxy_set_header Host $http_host), or name the origin in " +
                             std::string(option);
    log(LogLevel::warn, describe_failure(ctx, what));
}

}  // namespace hyperlane::web
