#pragma once

/// Turns functions with arguments of their own into handlers: `get(f)` comes here for what is not `void f(Context)`.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/web/handler.hpp>
#include <hyperlane/web/signature.hpp>
#include <hyperlane/web/typed/extract.hpp>
#include <hyperlane/web/typed/respond.hpp>

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace hyperlane {

namespace web {

template <typename T>
inline constexpr bool is_task = false;
template <typename T>
inline constexpr bool is_task<Task<T>> = true;

template <typename T>
struct TaskValue {
    using type = T;
};
template <typename T>
struct TaskValue<Task<T>> {
    using type = T;
};

template <typename T>
concept Extractable = requires { sizeof(Extract<T>); };
template <typename T>
inline constexpr bool reads_body = requires { Extract<T>::reads_body; };
template <typename T>
inline constexpr bool is_positional = false;
template <typename T>
    requires requires { Extract<T>::positional; }
inline constexpr bool is_positional<T> = Extract<T>::positional;
/// Reading it is awaited.
template <typename T>
inline constexpr bool must_be_awaited = requires { Extract<T>::must_be_awaited; };

/// Fails to compile, with a reason, unless a handler may take an A as its argument of that number.
template <std::size_t Number, typename A, bool Coroutine>
consteval bool check_argument() {
    using T = std::remove_cvref_t<A>;
    constexpr bool changeable = std::is_lvalue_reference_v<A> && !std::is_const_v<std::remove_reference_t<A>>;
    constexpr bool context = std::is_same_v<T, Context>;
    static_assert(!(changeable && context),
                  "handler argument: a Context is taken by value, `Context ctx`: it is a handle, and copies are cheap");
    static_assert(!changeable || context,
                  "handler argument: taken by non-const reference; take it by value: it is made for this request only");
    constexpr bool late = Coroutine && std::is_reference_v<A> && !changeable;
    static_assert(
        !late,
        "handler argument: a coroutine takes its arguments by value: it goes on when what the reference means "
        "is gone");
    constexpr bool pointer = std::is_pointer_v<T>;
    static_assert(!pointer,
                  "handler argument: a handler cannot take a pointer; Data<T> gives application state, and "
                  "std::optional inside of Path, Query, HeaderValue … what may be absent");
    if constexpr (changeable || late || pointer) {
        return false;
    } else if constexpr (!Extractable<T>) {
        constexpr bool bare = std::is_arithmetic_v<T> || std::is_enum_v<T> || json::detail::is_text<T>;
        constexpr bool data = !bare && is_plain_struct<T>();
        static_assert(!bare,
                      "handler argument: a bare number or text does not say where it is from; wrap it: Path<T>, "
                      "HeaderValue<\"Name\", T>, CookieValue<\"name\", T>, or BodyText for the whole body");
        static_assert(!data,
                      "handler argument: a bare struct does not say where it is from; wrap it: Json<T>, Query<T>, "
                      "Form<T>, Path<T>, or Data<T> for application state");
        static_assert(bare || data,
                      "handler argument: nothing says how it is made from a request; use Context, Path<T>, Query<T>, "
                      "Json<T>, Form<T>, Multipart, BodyText, HeaderValue<\"Name\">, CookieValue<\"name\"> or Data<T>, "
                      "or specialise hyperlane::Extract for it");
        return false;
    } else {
        static_assert(
            Coroutine || !must_be_awaited<T>,
            "handler argument: this one is read with co_await: make the handler a coroutine that returns Task<>");
        if constexpr (requires { Extract<T>::check(); }) {
            return Extract<T>::check();
        } else {
            return Coroutine || !must_be_awaited<T>;
        }
    }
}

template <typename R, bool Const, typename... A>
consteval bool check_signature(Signature<R, Const, A...>*) {
    static_assert(Const,
                  "a lambda that is a handler must not be mutable: it is shared by all loops and called as const");
    constexpr bool arguments = []<std::size_t... I>(std::index_sequence<I...>) {
        return (check_argument<I + 1, A, is_task<R>>() & ... & true);
    }(std::index_sequence_for<A...>());
    if constexpr (!arguments || !Const) {
        return false;
    } else {
        constexpr bool one_body = (reads_body<std::remove_cvref_t<A>> + ... + 0) <= 1;
        static_assert(one_body,
                      "handler arguments: there is one body, and two of Json<T>, Form<T>, Multipart, BodyText want it");
        return check_result<typename TaskValue<R>::type>() && one_body;
    }
}

/// Makes the argument of one type; `position` counts those that are meant by their position.
template <typename T>
decltype(auto) extract(const Context& ctx, [[maybe_unused]] std::size_t position) {
    if constexpr (requires { Extract<T>::from(ctx, position); }) {
        return Extract<T>::from(ctx, position);
    } else {
        using Made = decltype(Extract<T>::from(ctx));
        if constexpr (is_expected<std::remove_cvref_t<Made>> && !std::is_same_v<std::remove_cvref_t<Made>, T>) {
            Made made = Extract<T>::from(ctx);
            if (!made) throw_error(std::move(made.error()));
            return T(*std::move(made));
        } else {
            return Extract<T>::from(ctx);
        }
    }
}

template <typename T>
void describe_argument(Operation& operation, [[maybe_unused]] std::size_t position) {
    if constexpr (requires { Extract<T>::describe(operation, position); }) {
        Extract<T>::describe(operation, position);
    } else if constexpr (requires { Extract<T>::describe(operation); }) {
        Extract<T>::describe(operation);
    }
}

/// For each argument, how many before it are meant by their position.
template <typename... A>
consteval std::array<std::size_t, sizeof...(A) + 1> positions_of() {
    constexpr std::array<bool, sizeof...(A) + 1> positional = {is_positional<std::remove_cvref_t<A>>..., false};
    std::array<std::size_t, sizeof...(A) + 1> result = {};
    for (std::size_t i = 0; i < sizeof...(A); ++i) result[i + 1] = result[i] + positional[i];
    return result;
}

/// A call whose arguments are made from left to right, which those of a plain call are not.
template <typename R>
struct Call {
    R result;
    template <typename F, typename... A>
    explicit Call(const F& function, A&&... arguments) : result(function(static_cast<A&&>(arguments)...)) {}
};
template <>
struct Call<void> {
    template <typename F, typename... A>
    explicit Call(const F& function, A&&... arguments) {
        function(static_cast<A&&>(arguments)...);
    }
};

/// The end of a handler that is a coroutine, or whose response has to be awaited. One for each type of result.
template <typename R>
Task<> finish(Context ctx, Task<R> task, const void* handler) {
    if constexpr (std::is_void_v<R>) {
        co_await std::move(task);
        respond_nothing(ctx, handler);
    } else {
        R value = co_await std::move(task);
        if constexpr (responds_later<R>()) {
            co_await respond(ctx, std::move(value), handler);
        } else {
            respond(ctx, std::move(value), handler);
        }
    }
}

/// A function of any type; what it takes and returns is known to the two functions below it.
struct TypedState {
    TypedState() = default;
    TypedState(const TypedState&) = delete;
    TypedState& operator=(const TypedState&) = delete;
    virtual ~TypedState() = default;
};

/// One of `plain` and `coroutine` is null; `describe` fills the operation.
[[nodiscard]] Handler make_typed_handler(TypedState* owned, void (*plain)(const void*, const Context&),
                                         Task<> (*coroutine)(const void*, const Context&),
                                         void (*describe)(Operation&));

template <typename F, typename S, typename Places>
struct TypedHandler;
template <typename F, typename R, bool Const, typename... A, std::size_t... I>
struct TypedHandler<F, Signature<R, Const, A...>, std::index_sequence<I...>> final : TypedState {
    static constexpr bool later = is_task<R> || responds_later<typename TaskValue<R>::type>();
    static constexpr auto positions = positions_of<A...>();

    explicit TypedHandler(F&& given) : function(std::move(given)) {}

    static Handler make(F&& function) {
        auto* state = new TypedHandler(std::move(function));
        if constexpr (later) {
            return make_typed_handler(state, nullptr, run, describe);
        } else {
            return make_typed_handler(state, run, nullptr, describe);
        }
    }

    static std::conditional_t<later, Task<>, void> run(const void* state, const Context& ctx) {
        const F& function = static_cast<const TypedHandler*>(static_cast<const TypedState*>(state))->function;
        if constexpr (std::is_void_v<R>) {
            Call<void>{function, extract<std::remove_cvref_t<A>>(ctx, positions[I])...};
            respond_nothing(ctx, state);
        } else {
            Call<R> call{function, extract<std::remove_cvref_t<A>>(ctx, positions[I])...};
            if constexpr (is_task<R>) {
                return finish(ctx, std::move(call.result), state);
            } else {
                return respond(ctx, std::move(call.result), state);
            }
        }
    }

    static void describe(Operation& operation) {
        (describe_argument<std::remove_cvref_t<A>>(operation, positions[I]), ...);
        describe_response<typename TaskValue<R>::type>(operation);
    }

    F function;
};

template <typename F, typename S>
struct TypedHandlerOf;
template <typename F, typename R, bool Const, typename... A>
struct TypedHandlerOf<F, Signature<R, Const, A...>> {
    using type = TypedHandler<F, Signature<R, Const, A...>, std::index_sequence_for<A...>>;
};

template <typename F>
concept TypedFunction =
    !std::is_void_v<typename SignatureOf<F>::type> && !takes_websocket<typename SignatureOf<F>::type>;

template <TypedFunction F>
struct HandlerAdapter<F> {
    using Called = typename SignatureOf<F>::type;

    static Handler make(F function) {
        if constexpr (check_signature(static_cast<Called*>(nullptr))) {
            return TypedHandlerOf<F, Called>::type::make(std::move(function));
        } else {
            std::unreachable();
        }
    }
};

/// A lambda with `auto`, or a class with several calls: nobody can tell what it takes.
template <typename F>
    requires(std::is_class_v<F> && std::is_void_v<typename SignatureOf<F>::type>)
struct HandlerAdapter<F> {
    static Handler make(F) {
        constexpr bool told = !std::is_class_v<F>;
        static_assert(told,
                      "a handler must say what it takes: give the types of its arguments instead of auto, and only one "
                      "operator()");
        std::unreachable();
    }
};

}  // namespace web
}  // namespace hyperlane
