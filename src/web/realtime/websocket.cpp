#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/origin.hpp>
#include <hyperlane/http/shard.hpp>
#include <hyperlane/http/upgrade.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/realtime/websocket.hpp>
#include <hyperlane/ws/handshake.hpp>
#include <hyperlane/ws/session.hpp>
#include "web/foreign_page.hpp"

#include <exception>
#include <optional>
#include <string>
#include <utility>

namespace hyperlane::web {

namespace {

/// What a route knows.
struct WebSocketEndpoint : std::enable_shared_from_this<WebSocketEndpoint> {
    WebSocketEndpoint(WebSocketHandler given, WebSocketOptions chosen)
        : handler(std::move(given)), options(std::make_shared<const WebSocketOptions>(std::move(chosen))) {}

    WebSocketHandler handler;
    std::shared_ptr<const WebSocketOptions> options;
};

/// Waits until the connection is ours.
class Handover final : public io::Operation, public http::Upgrade {
public:
    Handover(Context ctx, websocket::SessionSetup setup) noexcept : ctx_(std::move(ctx)), setup_(std::move(setup)) {}
    ~Handover() = default;

    bool await_ready() const noexcept { return static_cast<bool>(session_); }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
        return suspend(waiter);
    }
    // The handler begins: what it does before it first waits has been done when the client hears of the 101.
    WebSocket await_resume() {
        if (session_) session_->release_output();
        throw_if_cancelled();
        return WebSocket(std::move(session_));
    }

private:
    void take_over(std::unique_ptr<net::Stream> stream, std::string head,
                   std::string_view early_bytes) noexcept override {
        http::Exchange& exchange = ctx_.exchange();
        // No connection is there any more that would cancel what runs when the server ends.
        exchange.scope().attach(&exchange.loop().scope());
        setup_.head = std::move(head);
        session_ = websocket::Session::start(exchange.loop(), std::move(stream), std::move(setup_), early_bytes);
        if (waiting()) resume_soon();
    }
    void detach() noexcept override {}

    Context ctx_;
    websocket::SessionSetup setup_;
    websocket::SessionPtr session_;
};

void refuse(Context ctx, websocket::Refusal refusal) {
    if (refusal.status == 426) {
        ctx.set_response_header("Upgrade", "websocket");
        ctx.set_response_header("Connection", "Upgrade");
        ctx.set_response_header("Sec-WebSocket-Version", "13");
    }
    throw HttpError(refusal.status, std::move(refusal.message));
}

// Answers what is no handshake that can be met.
void check(Context ctx, const WebSocketOptions& options) {
    http::Exchange& exchange = ctx.exchange();
    if (auto refusal = websocket::check_request(exchange)) refuse(ctx, std::move(*refusal));
    const auto origin = exchange.field("Origin");
    const bool by_browser = options.origins.empty() && exchange.field("Sec-Fetch-Site") == "same-origin";
    if (!by_browser && !websocket::origin_allowed(origin, exchange.host(), options.origins)) {
        log_foreign_page(ctx, *origin, "WebSocketOptions::origins");
        throw HttpError(403, "Origin: pages of this origin may not connect here");
    }
}

// Puts the 101 together.
websocket::SessionSetup accept(Context ctx, const WebSocketEndpoint& endpoint) {
    http::Exchange& exchange = ctx.exchange();
    const WebSocketOptions& options = *endpoint.options;
    websocket::SessionSetup setup{.role = websocket::Role::server,
                                  .options = endpoint.options,
                                  .deflate = {},
                                  .subprotocol = {},
                                  .shard = &exchange.shard(),
                                  .scope = &exchange.scope()};
    const auto key = websocket::accept_key(exchange.field("Sec-WebSocket-Key").value_or(""));
    ctx.set_response_header("Upgrade", "websocket");
    ctx.set_response_header("Sec-WebSocket-Accept", std::string_view(key.data(), key.size()));
    setup.subprotocol = websocket::choose_subprotocol(
        http::joined_field(exchange, "Sec-WebSocket-Protocol").value_or(""), options.subprotocols);
    if (!setup.subprotocol.empty()) ctx.set_response_header("Sec-WebSocket-Protocol", setup.subprotocol);
    if (options.deflate.enabled) {
        const auto answer = websocket::accept_deflate(
            http::joined_field(exchange, "Sec-WebSocket-Extensions").value_or(""), options.deflate);
        if (answer) {
            setup.deflate = answer->parameters;
            ctx.set_response_header("Sec-WebSocket-Extensions", answer->text);
        }
    }
    return setup;
}

Task<WebSocket> upgrade(Context ctx, std::shared_ptr<const WebSocketEndpoint> endpoint) {
    Handover handover(ctx, accept(ctx, *endpoint));
    if (const auto upgraded = ctx.exchange().upgrade(handover); !upgraded) throw_error(upgraded.error());
    co_return co_await handover;
}

void report(std::string_view who, std::string_view what) noexcept {
    log(LogLevel::error, "WebSocket " + std::string(who) + ": " + std::string(what));
}

std::string describe(const Context& ctx) {
    return std::string(ctx.get_request_path()) + " [request " + std::string(ctx.get_request_id()) + "]";
}

/// Ends the socket with its handler, however that ends.
class Talk {
public:
    explicit Talk(WebSocket socket) noexcept : socket_(std::move(socket)) {}
    Talk(const Talk&) = delete;
    Talk& operator=(const Talk&) = delete;
    ~Talk() {
        socket_.session().forget_scope();
        socket_.close(code_);
    }
    void end_with(std::uint16_t code) noexcept { code_ = code; }
    [[nodiscard]] const WebSocket& socket() const noexcept { return socket_; }

private:
    WebSocket socket_;
    std::uint16_t code_ = close_code::going_away;
};

// Goes on when the request has ended.
io::Detached run_alone(io::CancelScope*, WebSocket socket, std::shared_ptr<const WebSocketEndpoint> endpoint) {
    io::CancelScope scope(&socket.session().loop().scope());
    Talk talk(std::move(socket));
    talk.socket().session().set_scope(scope);
    try {
        co_await endpoint->handler.call_alone(talk.socket()).below(scope);
        talk.end_with(close_code::normal);
    } catch (const Cancelled&) {
    } catch (const std::exception& error) {
        report("handler", error.what());
        talk.end_with(close_code::internal_error);
    } catch (...) {
        report("handler", "threw something that is not a std::exception");
        talk.end_with(close_code::internal_error);
    }
}

// The handler's arguments are made before the upgrade: what is wrong with them is an answer to the request.
Task<> serve(Context ctx, std::shared_ptr<const WebSocketEndpoint> endpoint) {
    check(ctx, *endpoint->options);
    const std::unique_ptr<WebSocketCall> call = endpoint->handler.prepare(ctx);
    WebSocket socket = co_await upgrade(ctx, endpoint);
    if (endpoint->handler.is_alone()) {
        run_alone(nullptr, std::move(socket), std::move(endpoint));
        co_return;
    }
    Talk talk(std::move(socket));
    try {
        if (call != nullptr) {
            co_await call->run(talk.socket());
        } else {
            co_await endpoint->handler.call(ctx, talk.socket());
        }
        talk.end_with(close_code::normal);
    } catch (const Cancelled&) {
        throw;
    } catch (const std::exception& error) {
        report(describe(ctx), error.what());
        talk.end_with(close_code::internal_error);
    } catch (...) {
        report(describe(ctx), "threw something that is not a std::exception");
        talk.end_with(close_code::internal_error);
    }
}

}  // namespace

WebSocketHandler::WebSocketHandler(ErasedFunction function) : state_(function.held, function.destroy) {}

WebSocketHandler::WebSocketHandler(TypedWebSocketFunction function) : WebSocketHandler(function.function) {
    prepare_ = function.prepare;
    operation_ = std::move(function.operation);
}

std::unique_ptr<WebSocketCall> WebSocketHandler::prepare(const Context& ctx) const {
    return prepare_ != nullptr ? prepare_(state_.get(), ctx) : nullptr;
}

Task<> WebSocketHandler::run(Task<Result<>> task) {
    const Result<> result = co_await std::move(task);
    if (!result) throw_error(result.error());
}

namespace {

Task<> serve_endpoint(const void* state, const Context& ctx) {
    return serve(ctx, static_cast<const WebSocketEndpoint*>(state)->shared_from_this());
}

std::string mistake_in(const WebSocketOptions& options) {
    for (const std::string& origin : options.origins) {
        if (origin == "*" || origin == "null") continue;
        if (auto mistake = http::mistake_in_origin(origin); !mistake.empty()) return "ws: " + mistake;
    }
    return {};
}

}  // namespace

Route make_websocket_route(MethodSet methods, WebSocketHandler handler, WebSocketOptions options,
                           std::source_location where) {
    Middleware checked{.mistake = mistake_in(options)};
    auto operation = handler.operation();
    auto endpoint = std::make_shared<const WebSocketEndpoint>(std::move(handler), std::move(options));
    Route route(methods, Handler(std::move(endpoint), nullptr, serve_endpoint, std::move(operation)));
    if (checked.mistake.empty()) return route;
    return std::move(route).use(std::move(checked), where);
}

}  // namespace hyperlane::web
