#pragma once

/// Where the typed layer and WebSocket routes meet: a handler of a socket whose other arguments are made from the
/// request. <hyperlane/typed.hpp> makes them, <hyperlane/realtime.hpp> has the sockets, and neither includes the other.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/web/handler.hpp>

namespace hyperlane {

class WebSocket;

namespace web {

/// One call, with its arguments, which waits for its socket.
class WebSocketCall {
public:
    WebSocketCall() = default;
    WebSocketCall(const WebSocketCall&) = delete;
    WebSocketCall& operator=(const WebSocketCall&) = delete;
    virtual ~WebSocketCall() = default;

    /// Once. The call and the socket must live until the task has ended.
    // borrows: whoever calls keeps both and awaits the task
    [[nodiscard]] virtual Task<> run(const WebSocket& socket) = 0;
};

/// A function of a socket and what is made from a request, erased.
struct TypedWebSocketFunction {
    ErasedFunction function;
    /// Make the arguments: throws HttpError for what a client did wrong, before the upgrade.
    std::unique_ptr<WebSocketCall> (*prepare)(const void* function, const Context& ctx);
    std::shared_ptr<const Operation> operation;
};

/// `static TypedWebSocketFunction make(F function)`: specialised by the typed layer.
template <typename F>
struct WebSocketAdapter;

}  // namespace web
}  // namespace hyperlane
