#pragma once

/// WebSockets on routes: `server.route("/chat", ws(get(chat)));` with a handler
///
///     Task<> chat(Context ctx, WebSocket socket) {
///         while (auto message = co_await socket.receive()) co_await socket.send(answer_to(*message));
///     }
///
/// The upgrade is the last step of the request's way: all request middleware has run, and whoever has answered before,
/// with a 401 for example, wins. Response middleware runs when the handler has ended, as it does for any response that
/// is streamed; nothing that it sets is seen by the client any more. The 101 leaves when the handler first waits: what
/// it has done until then, such as subscribing to a topic, comes before anything that the client does next.
///
/// With <hyperlane/typed.hpp> it may take what is made from the request beside the socket, in any order and with or
/// without the context: `Task<> notify(WebSocket socket, Path<int> id, CurrentUser user)`. What is missing or malformed
/// is answered as for any handler, instead of the upgrade.
///
/// A handler that needs nothing of its request may take the socket alone, `Task<> echo(WebSocket socket)`: the request
/// then ends with the upgrade, response middleware included, and an idle socket costs a fraction of the memory.
///
/// What is no handshake is answered instead of the handler: 426 for a plain request and for another version of the
/// protocol, 403 for a page of another origin, 400 naming what is malformed.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/web/context.hpp>
#include <hyperlane/web/handler.hpp>
#include <hyperlane/web/route.hpp>
#include <hyperlane/web/signature.hpp>
#include <hyperlane/web/websocket_call.hpp>
#include <hyperlane/ws/options.hpp>
#include <hyperlane/ws/web_socket.hpp>

#include <concepts>
#include <source_location>
#include <type_traits>
#include <utility>

namespace hyperlane {

namespace web {

template <typename F, typename... Args>
concept ReturnsTask =
    std::invocable<const F&, Args...> && (std::same_as<std::invoke_result_t<const F&, Args...>, Task<>> ||
                                          std::same_as<std::invoke_result_t<const F&, Args...>, Task<Result<>>>);

/// `Task<> f(Context ctx, WebSocket socket)` or `Task<> f(WebSocket socket)`; either may return Task<Result<>> instead.
template <typename F>
concept WebSocketFunction = ReturnsTask<F, Context, WebSocket> || ReturnsTask<F, WebSocket>;

/// Another function that takes a socket: its arguments are the typed layer's.
template <typename F>
concept TakesWebSocket = !WebSocketFunction<F> && takes_websocket<typename SignatureOf<F>::type>;

/// A function of a context and a socket, erased. When it has ended the socket is closed: with 1000, or with 1011 if it
/// threw or returned an error, which is logged.
class WebSocketHandler {
public:
    template <WebSocketFunction F>
    explicit WebSocketHandler(F function) : WebSocketHandler(erase_function(std::move(function))) {
        if constexpr (ReturnsTask<F, WebSocket>) {
            call_alone_ = [](const void* state, const WebSocket& socket) {
                return run((*static_cast<const F*>(state))(socket));
            };
        } else {
            call_ = [](const void* state, const Context& ctx, const WebSocket& socket) {
                return run((*static_cast<const F*>(state))(ctx, socket));
            };
        }
    }
    explicit WebSocketHandler(TypedWebSocketFunction function);

    /// Does it go on without the request?
    [[nodiscard]] bool is_alone() const noexcept { return call_alone_ != nullptr; }
    [[nodiscard]] Task<> call(const Context& ctx, const WebSocket& socket) const {
        return call_(state_.get(), ctx, socket);
    }
    [[nodiscard]] Task<> call_alone(const WebSocket& socket) const { return call_alone_(state_.get(), socket); }
    /// The call of a function that takes what is made from the request; null for others.
    [[nodiscard]] std::unique_ptr<WebSocketCall> prepare(const Context& ctx) const;
    [[nodiscard]] const std::shared_ptr<const Operation>& operation() const noexcept { return operation_; }

private:
    explicit WebSocketHandler(ErasedFunction function);
    static Task<> run(Task<> task) { return task; }
    static Task<> run(Task<Result<>> task);

    std::shared_ptr<const void> state_;
    Task<> (*call_)(const void*, const Context&, const WebSocket&) = nullptr;
    Task<> (*call_alone_)(const void*, const WebSocket&) = nullptr;
    std::unique_ptr<WebSocketCall> (*prepare_)(const void*, const Context&) = nullptr;
    std::shared_ptr<const Operation> operation_;  // of such a function
};

/// What `get` makes of such a function: not a route yet.
struct WebSocketRoute {
    MethodSet methods;
    WebSocketHandler handler;
};

/// One that was not made a route.
template <typename F>
    requires(WebSocketFunction<F> || TakesWebSocket<F>)
struct HandlerAdapter<F> {
    static Handler make(F) {
        static_assert(std::is_void_v<F>,
                      "a handler that takes a WebSocket is routed with ws(): server.route(\"/chat\", ws(get(chat)))");
        std::unreachable();
    }
};

template <>
struct HandlerAdapter<WebSocketRoute> {
    template <typename Route>
    static Handler make(Route&&) {
        static_assert(!std::same_as<std::decay_t<Route>, WebSocketRoute>,
                      "a handler that takes a WebSocket is routed with ws(): server.route(\"/chat\", ws(get(chat)))");
        std::unreachable();
    }
};

/// How a route becomes one that speaks WebSocket.
[[nodiscard]] Route make_websocket_route(MethodSet methods, WebSocketHandler handler, WebSocketOptions options,
                                         std::source_location where);

}  // namespace web

/// A handshake is a GET (RFC 6455 4.1).
template <typename F>
    requires(web::WebSocketFunction<std::decay_t<F>> || web::TakesWebSocket<std::decay_t<F>>)
[[nodiscard]] web::WebSocketRoute get(F&& function) {
    using Function = std::decay_t<F>;
    if constexpr (web::WebSocketFunction<Function>) {
        return {{Method::GET}, web::WebSocketHandler(std::forward<F>(function))};
    } else if constexpr (requires { sizeof(web::WebSocketAdapter<Function>); }) {
        return {{Method::GET}, web::WebSocketHandler(web::WebSocketAdapter<Function>::make(std::forward<F>(function)))};
    } else {
        static_assert(std::is_void_v<Function>,
                      "a handler of a WebSocket is `Task<> f(Context ctx, WebSocket socket)` or `Task<> f(WebSocket "
                      "socket)`; either may return Task<Result<>>. For arguments that are made from the request, such "
                      "as Path<int>, Data<T> or a type of your own: #include <hyperlane/typed.hpp>");
        std::unreachable();
    }
}

/// Upgrade, and run the handler with the socket: `ws(get(chat))`, `ws(get(chat), {.subprotocols = {"chat.v1"}})`.
///
/// errors  an origin in the options that is none: the server does not start
[[nodiscard]] inline Route ws(web::WebSocketRoute route, WebSocketOptions options = {},
                              std::source_location where = std::source_location::current()) {
    return web::make_websocket_route(route.methods, std::move(route.handler), std::move(options), where);
}

template <typename R>
    requires std::same_as<std::decay_t<R>, Route>
Route ws(R&& route, const WebSocketOptions& = {}) {
    static_assert(!std::same_as<std::decay_t<R>, Route>,
                  "ws() takes a handler of a socket, `Task<> f(Context ctx, WebSocket socket)`, made with get(f)");
    return std::forward<R>(route);
}

}  // namespace hyperlane
