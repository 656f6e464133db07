#pragma once

/// What a function takes and returns, as a type: how handlers with arguments of their own are told apart.

#include <type_traits>

namespace hyperlane {

class WebSocket;

namespace web {

/// Result and arguments of a function, and whether it can be called as const.
template <typename R, bool Const, typename... A>
struct Signature {};

template <typename F>
struct SignatureOf {
    using type = void;  // not a function, or one with several calls
};
template <typename R, typename... A>
struct SignatureOf<R (*)(A...)> {
    using type = Signature<R, true, A...>;
};
template <typename R, typename... A>
struct SignatureOf<R (*)(A...) noexcept> : SignatureOf<R (*)(A...)> {};
template <typename R, typename C, typename... A>
struct SignatureOf<R (C::*)(A...) const> : SignatureOf<R (*)(A...)> {};
template <typename R, typename C, typename... A>
struct SignatureOf<R (C::*)(A...) const noexcept> : SignatureOf<R (*)(A...)> {};
template <typename R, typename C, typename... A>
struct SignatureOf<R (C::*)(A...)> {
    using type = Signature<R, false, A...>;
};
template <typename R, typename C, typename... A>
struct SignatureOf<R (C::*)(A...) noexcept> : SignatureOf<R (C::*)(A...)> {};
template <typename F>
    requires requires { &F::operator(); }
struct SignatureOf<F> : SignatureOf<decltype(&F::operator())> {};

template <typename Signature>
inline constexpr bool takes_websocket = false;
template <typename R, bool Const, typename... A>
inline constexpr bool takes_websocket<Signature<R, Const, A...>> =
    (std::is_same_v<std::remove_cvref_t<A>, WebSocket> || ...);

}  // namespace web
}  // namespace hyperlane
