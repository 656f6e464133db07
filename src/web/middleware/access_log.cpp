#include <hyperlane/io/log.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/middleware/access_log.hpp>

#include <string>
#include <utility>

namespace hyperlane {

Middleware access_log(AccessLogOptions options) {
    if (options.format == AccessLog::off) return {};
    return {.after = web::make_handler([options = std::move(options)](Context ctx) {
                if (options.skip && options.skip(ctx)) return;
                if (ctx.get_elapsed() < options.slower_than) return;
                auto& exchange = static_cast<web::WebExchange&>(ctx.exchange());
                const bool open = exchange.stage() == http::Stage::open;
                const std::uint64_t bytes = open ? exchange.response.body.size() : exchange.body_bytes_sent();
                const bool gone = !exchange.connected() && exchange.stage() != http::Stage::complete;
                const std::string line = web::write_access_line(options.format, exchange, gone, bytes);
                if (options.sink) {
                    options.sink(line);
                } else {
                    log_raw(line);
                }
            })};
}

}  // namespace hyperlane
