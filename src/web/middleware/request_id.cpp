#include <hyperlane/http/list.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/middleware/request_id.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace hyperlane {

namespace {

constexpr std::size_t shortest_id = 8;

bool is_id_char(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.' || c == ':';
}

}  // namespace

Middleware request_id(RequestIdOptions options) {
    if (!http::is_token(options.header)) {
        return {.mistake = "request_id: \"" + options.header + "\" is not the name of a header"};
    }
    return {.before = web::make_handler([options = std::move(options)](Context ctx) {
                if (options.accept_incoming) {
                    const std::string_view id = ctx.get_request_header(options.header).value_or("");
                    if (id.size() >= shortest_id && id.size() <= options.longest &&
                        std::ranges::all_of(id, is_id_char)) {
                        static_cast<web::WebExchange&>(ctx.exchange()).request_id = id;
                    }
                }
                ctx.set_response_header(options.header, ctx.get_request_id());
            })};
}

}  // namespace hyperlane
