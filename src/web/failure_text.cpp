#include "web/failure_text.hpp"
#include <hyperlane/http/status.hpp>

namespace hyperlane::web {

std::string describe_failure(const Context& ctx, std::string_view what) {
    std::string line(ctx.get_request_method_token());
    line.append(" ").append(ctx.get_request_path());
    const std::string_view route = ctx.get_route_pattern();
    if (!route.empty() && route != ctx.get_request_path()) line.append(" (route ").append(route).append(")");
    line.append(": ").append(what);
    return line.append(" [request ").append(ctx.get_request_id()).append("]");
}

std::string text_for_log(const HttpError& error) {
    if (error.cause().empty()) return error.message();
    if (error.message() == reason_phrase(error.status())) return error.cause();
    return error.message() + ": " + error.cause();
}

}  // namespace hyperlane::web
