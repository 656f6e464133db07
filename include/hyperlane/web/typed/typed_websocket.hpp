#pragma once

/// Handlers of sockets with arguments of their own: `Task<> notify(WebSocket socket, CurrentUser user)`. What is
/// missing or malformed is answered instead of the upgrade, as any request is.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/web/operation.hpp>
#include <hyperlane/web/typed/typed_handler.hpp>
#include <hyperlane/web/websocket_call.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hyperlane::web {

/// Stands for the socket among the arguments, until it is there.
struct SocketPlace {};

template <typename A>
inline constexpr bool is_websocket = std::is_same_v<std::remove_cvref_t<A>, WebSocket>;

template <typename A>
using SocketArgument = std::conditional_t<is_websocket<A>, SocketPlace, std::remove_cvref_t<A>>;

/// Fails to compile, with a reason, unless a handler of a socket may take an A as its argument of that number.
template <std::size_t Number, typename A>
consteval bool check_socket_argument() {
    if constexpr (is_websocket<A>) {
        constexpr bool by_value = !std::is_reference_v<A>;
        static_assert(by_value,
                      "handler argument: a WebSocket is taken by value, `WebSocket socket`: it is a handle, and copies "
                      "are cheap");
        return by_value;
    } else {
        constexpr bool body = reads_body<std::remove_cvref_t<A>> || must_be_awaited<std::remove_cvref_t<A>>;
        static_assert(!body,
                      "handler argument: a WebSocket begins with a GET, which has no body: Json<T>, Form<T>, Multipart "
                      "and BodyText have nothing to read; receive it from the socket");
        if constexpr (body) {
            return false;
        } else {
            return check_argument<Number, A, true>();
        }
    }
}

template <typename R, bool Const, typename... A>
consteval bool check_socket_signature(Signature<R, Const, A...>*) {
    static_assert(Const,
                  "a lambda that is a handler must not be mutable: it is shared by all loops and called as const");
    constexpr bool coroutine = std::is_same_v<R, Task<>> || std::is_same_v<R, Task<Result<>>>;
    static_assert(coroutine,
                  "a handler of a WebSocket is a coroutine that returns Task<> or Task<Result<>>: what it has to say "
                  "goes over the socket");
    constexpr bool one_socket = (is_websocket<A> + ... + 0) == 1;
    static_assert(one_socket, "a handler has one WebSocket");
    constexpr bool arguments = []<std::size_t... I>(std::index_sequence<I...>) {
        return (check_socket_argument<I + 1, A>() & ... & true);
    }(std::index_sequence_for<A...>());
    return Const && coroutine && one_socket && arguments;
}

template <typename A>
SocketArgument<A> make_socket_argument([[maybe_unused]] const Context& ctx, [[maybe_unused]] std::size_t position) {
    if constexpr (is_websocket<A>) {
        return {};
    } else {
        return extract<std::remove_cvref_t<A>>(ctx, position);
    }
}

template <typename A>
decltype(auto) give_socket_argument([[maybe_unused]] SocketArgument<A>& argument,
                                    [[maybe_unused]] const WebSocket& socket) {
    if constexpr (is_websocket<A>) {
        return socket;
    } else {
        return std::move(argument);
    }
}

/// The end of a handler that returns a result.
[[nodiscard]] Task<> throw_if_failed(Task<Result<>> task);

template <typename F, typename S, typename Places>
class TypedWebSocketCall;
template <typename F, typename R, bool Const, typename... A, std::size_t... I>
class TypedWebSocketCall<F, Signature<R, Const, A...>, std::index_sequence<I...>> final : public WebSocketCall {
public:
    // Braces: the arguments are made from left to right.
    TypedWebSocketCall(const F& function, const Context& ctx)
        : function_(function), arguments_{make_socket_argument<A>(ctx, positions[I])...} {}

    static TypedWebSocketFunction make(F&& function) {
        auto operation = std::make_shared<Operation>();
        (describe_place<A>(*operation, positions[I]), ...);
        operation->add_response(101, {}, nullptr, "the WebSocket is open");
        operation->add_error(426, "the request is no handshake of a WebSocket");
        return {erase_function(std::move(function)), prepare, std::move(operation)};
    }

    Task<> run(const WebSocket& socket) override {
        R task = function_(give_socket_argument<A>(std::get<I>(arguments_), socket)...);
        if constexpr (std::is_same_v<R, Task<>>) {
            return task;
        } else {
            return throw_if_failed(std::move(task));
        }
    }

private:
    static constexpr auto positions = positions_of<A...>();

    static std::unique_ptr<WebSocketCall> prepare(const void* function, const Context& ctx) {
        return std::make_unique<TypedWebSocketCall>(*static_cast<const F*>(function), ctx);
    }
    template <typename Argument>
    static void describe_place(Operation& operation, std::size_t position) {
        if constexpr (!is_websocket<Argument>) describe_argument<std::remove_cvref_t<Argument>>(operation, position);
    }

    const F& function_;  // of the route
    std::tuple<SocketArgument<A>...> arguments_;
};

template <typename F, typename S>
struct TypedWebSocketCallOf;
template <typename F, typename R, bool Const, typename... A>
struct TypedWebSocketCallOf<F, Signature<R, Const, A...>> {
    using type = TypedWebSocketCall<F, Signature<R, Const, A...>, std::index_sequence_for<A...>>;
};

template <typename F>
    requires takes_websocket<typename SignatureOf<F>::type>
struct WebSocketAdapter<F> {
    using Called = typename SignatureOf<F>::type;

    static TypedWebSocketFunction make(F function) {
        if constexpr (check_socket_signature(static_cast<Called*>(nullptr))) {
            return TypedWebSocketCallOf<F, Called>::type::make(std::move(function));
        } else {
            std::unreachable();
        }
    }
};

}  // namespace hyperlane::web
