#include <hyperlane/web/endpoint.hpp>
#include <hyperlane/web/files/static_files.hpp>
#include <hyperlane/web/typed/respond.hpp>

#include <utility>

namespace hyperlane::web {

void respond_text(const Context& ctx, std::string_view text) { Context(ctx).set_response_body(text); }
void respond_text(const Context& ctx, std::string&& text) { Context(ctx).set_response_body(std::move(text)); }

void respond_nothing(const Context& ctx, const void* handler) {
    const auto& exchange = static_cast<const WebExchange&>(ctx.exchange());
    if (exchange.response.answered() || exchange.stage() != http::Stage::open || exchange.aborted()) return;
    if (endpoint_of(exchange).handler.holds(handler)) Context(ctx).set_response_status_code(204);
}

void throw_error(HttpError&& error) { throw HttpError(std::move(error)); }

void respond_not_found() { throw HttpError(404); }

Task<> respond_file(Context ctx, File file) {
    if (!file.download_as.empty()) ctx.set_response_file_name(file.download_as);
    return serve_file(std::move(ctx), file.root, file.path);
}

namespace {

// A variable for the result, because g++ 12 (PR 106188) lays out the frame of a coroutine wrongly that has no variable
// of its own and awaits in a condition.
Task<> send_stream(Context ctx, Function<Task<>(Context)> write) {
    const auto sent = co_await ctx.send();
    if (sent) co_await write(ctx);
}

}  // namespace

Task<> respond_stream(Context ctx, Stream stream) {
    if (!stream.content_type.empty()) ctx.set_response_header("Content-Type", stream.content_type);
    return send_stream(std::move(ctx), std::move(stream.write));
}

void describe_result(Operation& operation, int status, Returns kind, const json::TypeInfo* type) {
    switch (kind) {
        case Returns::nothing: operation.add_response(status == 0 ? 204 : status); return;
        case Returns::redirect: operation.add_response(status); return;
        case Returns::json:
        case Returns::json_wrapper:
            operation.add_response(status == 0 ? 200 : status, "application/json", type);
            return;
        case Returns::text:
        case Returns::static_text:
            operation.add_response(status == 0 ? 200 : status, "text/plain; charset=utf-8");
            return;
        default: operation.add_response(status == 0 ? 200 : status, "*/*"); return;
    }
}

}  // namespace hyperlane::web
