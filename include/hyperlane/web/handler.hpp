#pragma once

/// Handlers and middleware, erased: plain functions and coroutines alike. A plain function costs no coroutine frame.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/web/context.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace hyperlane {

namespace web {
struct Endpoint;
struct Operation;
}  // namespace web

/// The rest of the chain, given to a middleware that goes around it: `co_await next(ctx);`
class Next {
public:
    Next(const web::Endpoint& endpoint, std::size_t at) noexcept : endpoint_(&endpoint), at_(at) {}
    /// Run the middleware that follows, and the handler. What they throw has become the response when this returns;
    /// only cancellation comes out.
    [[nodiscard]] Task<> operator()(Context ctx) const;

private:
    const web::Endpoint* endpoint_;
    std::size_t at_;
};

namespace web {

template <typename F>
using HandlerReturn = std::invoke_result_t<const F&, Context>;

template <typename F>
concept PlainHandler =
    std::invocable<const F&, Context> && (std::is_void_v<HandlerReturn<F>> || std::same_as<HandlerReturn<F>, Result<>>);

template <typename F>
concept CoroutineHandler = std::invocable<const F&, Context> &&
                           (std::same_as<HandlerReturn<F>, Task<>> || std::same_as<HandlerReturn<F>, Task<Result<>>>);

template <typename F>
concept AnyHandler = PlainHandler<F> || CoroutineHandler<F>;

template <typename F>
concept AroundHandler =
    std::invocable<const F&, Context, Next> && std::same_as<std::invoke_result_t<const F&, Context, Next>, Task<>>;

/// Does `f`, as far as that can be seen, take its context by reference? A generic lambda does not show it.
template <typename Function>
inline constexpr bool takes_reference = false;
template <typename R, typename... Rest>
inline constexpr bool takes_reference<R (*)(const Context&, Rest...)> = true;
template <typename R, typename... Rest>
inline constexpr bool takes_reference<R (*)(Context&&, Rest...)> = true;
template <typename R, typename C, typename... Rest>
inline constexpr bool takes_reference<R (C::*)(const Context&, Rest...) const> = true;
template <typename R, typename C, typename... Rest>
inline constexpr bool takes_reference<R (C::*)(Context&&, Rest...) const> = true;

template <typename F>
consteval bool takes_context_by_reference() {
    if constexpr (requires { &F::operator(); }) {
        return takes_reference<decltype(&F::operator())>;
    } else {
        return takes_reference<F>;
    }
}

/// How a function with other arguments or results becomes a handler. The core knows none; <hyperlane/typed.hpp> and
/// <hyperlane/realtime.hpp> specialise this for what they bring: `static Handler make(F function)`.
template <typename F>
struct HandlerAdapter;

/// Throws what an error value means as a response: see `to_http_error`.
[[noreturn]] void throw_error(const Error& error);

/// A function on the heap, erased: all that a template has to say of one, so that what holds it is compiled once.
struct ErasedFunction {
    const void* held;
    void (*destroy)(const void*);
};

template <typename F>
[[nodiscard]] ErasedFunction erase_function(F&& function) {
    using Held = std::decay_t<F>;
    return {new Held(std::forward<F>(function)), [](const void* held) { delete static_cast<const Held*>(held); }};
}

/// A function of a context, or a middleware around the rest of a chain. Shared by all loops and called on each of
/// them, so it must not change what it holds: it is called as const.
class Handler {
    using Plain = void (*)(const void*, const Context&);
    using Coroutine = Task<> (*)(const void*, const Context&);
    using Around = Task<> (*)(const void*, const Context&, Next);

public:
    /// None: of a middleware that has no such half.
    Handler() noexcept = default;

    template <PlainHandler F>
    explicit Handler(F function)
        : Handler(erase_function(std::move(function)),
                  [](const void* state, const Context& ctx) { call_plain(*static_cast<const F*>(state), ctx); }) {}
    template <CoroutineHandler F>
    explicit Handler(F function)
        : Handler(erase_function(std::move(function)), [](const void* state, const Context& ctx) {
              return call_coroutine(*static_cast<const F*>(state), ctx);
          }) {}
    template <AroundHandler F>
    explicit Handler(F function)
        : Handler(erase_function(std::move(function)), [](const void* state, const Context& ctx, Next next) {
              return (*static_cast<const F*>(state))(ctx, next);
          }) {}

    /// For adapters, which have erased their function already; one of `plain` and `coroutine` is null. Both are given
    /// what `state` points to.
    Handler(std::shared_ptr<const void> state, Plain plain, Coroutine coroutine,
            std::shared_ptr<const Operation> operation) noexcept;

    Handler(const Handler&) noexcept;
    Handler(Handler&&) noexcept;
    Handler& operator=(const Handler&) noexcept;
    Handler& operator=(Handler&&) noexcept;
    ~Handler();

    [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }

    /// Runs to its end when it is called, with `call`; the others are awaited.
    [[nodiscard]] bool is_plain() const noexcept { return plain_ != nullptr; }
    /// Runs the rest of the chain itself.
    [[nodiscard]] bool goes_around() const noexcept { return around_ != nullptr; }

    /// What a typed handler says of itself, see web/operation.hpp; null for handlers that take a context.
    [[nodiscard]] const Operation* operation() const noexcept { return operation_.get(); }
    /// Is `function` what it holds?
    [[nodiscard]] bool holds(const void* function) const noexcept { return state_.get() == function; }

    void call(const Context& ctx) const { plain_(state_.get(), ctx); }
    [[nodiscard]] Task<> call_async(Context ctx) const { return coroutine_(state_.get(), ctx); }
    [[nodiscard]] Task<> call_around(Context ctx, Next next) const { return around_(state_.get(), ctx, next); }

private:
    Handler(ErasedFunction function, Plain plain);
    Handler(ErasedFunction function, Coroutine coroutine);
    Handler(ErasedFunction function, Around around);

    template <typename F>
    static void call_plain(const F& function, const Context& ctx) {
        if constexpr (std::is_void_v<HandlerReturn<F>>) {
            function(ctx);
        } else {
            if (Result<> result = function(ctx); !result) throw_error(result.error());
        }
    }

    template <typename F>
    static Task<> call_coroutine(const F& function, const Context& ctx) {
        if constexpr (std::same_as<HandlerReturn<F>, Task<>>) {
            return function(ctx);
        } else {
            return check(function(ctx));
        }
    }

    static Task<> check(Task<Result<>> task);

    std::shared_ptr<const void> state_;
    std::shared_ptr<const Operation> operation_;
    Plain plain_ = nullptr;
    Coroutine coroutine_ = nullptr;
    Around around_ = nullptr;
};

template <typename F>
Handler make_handler(F&& function) {
    using Function = std::decay_t<F>;
    if constexpr (std::same_as<Function, Handler>) {
        return std::forward<F>(function);
    } else if constexpr (std::is_member_pointer_v<Function>) {
        constexpr bool has_object = !std::is_member_pointer_v<Function>;
        static_assert(has_object,
                      "a member function needs its object: give a lambda that calls it, as in `[&notes](Context ctx) { "
                      "return notes.list(ctx); }`; the object must live as long as the server");
        std::unreachable();
    } else if constexpr (!AnyHandler<Function> && requires { sizeof(HandlerAdapter<Function>); }) {
        return HandlerAdapter<Function>::make(std::forward<F>(function));
    } else if constexpr (!AnyHandler<Function>) {
        // Conditions are variables, so that no compiler explains them line by line below the message.
        constexpr bool shareable = !std::invocable<Function&, Context>;
        constexpr bool known = AnyHandler<Function>;
        constexpr bool callable = std::invocable<const Function&, Context>;
        static_assert(shareable || callable,
                      "a lambda that is a handler must not be mutable: it is shared by all loops and called as const");
        static_assert(
            known || (!shareable && !callable),
            "#include <hyperlane/typed.hpp> for a handler with arguments or results of its own (WebSockets: "
            "<hyperlane/realtime.hpp>); without it a handler or middleware is a function `void f(Context ctx)` or "
            "a coroutine `Task<> f(Context ctx)`; either may return Result<> instead");
        std::unreachable();
    } else {
        static_assert(!CoroutineHandler<Function> || !takes_context_by_reference<Function>(),
                      "a coroutine takes its Context by value: it goes on when the caller's is gone");
        return Handler(std::forward<F>(function));
    }
}

template <typename F>
Handler make_around(F&& function) {
    static_assert(AroundHandler<std::decay_t<F>>, "use() takes a coroutine `Task<> f(Context ctx, Next next)`");
    static_assert(!takes_context_by_reference<std::decay_t<F>>(),
                  "a coroutine takes its Context by value: it goes on when the caller's is gone");
    return Handler(std::forward<F>(function));
}

}  // namespace web
}  // namespace hyperlane
