#pragma once

/// A Function for options and other values that are copied: copies share what they call.

#include <hyperlane/base/function.hpp>
#include <hyperlane/base/pointers.hpp>

#include <cassert>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace hyperlane {

template <typename Signature>
class SharedFunction;

/// To Function what std::shared_ptr is to std::unique_ptr. Empty by default and from nullptr; to call an empty one is a
/// bug.
///
/// cost     making one: a heap allocation; a call: one through two pointers
/// threads  as safe as what it calls
template <typename R, typename... Args>
class SharedFunction<R(Args...)> {
    using Call = Function<R(Args...)>;

public:
    SharedFunction() noexcept = default;
    SharedFunction(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): `f(nullptr)` for "none"

    template <typename F>
        requires(!std::same_as<std::remove_cvref_t<F>, SharedFunction> && std::constructible_from<Call, F>)
    SharedFunction(F&& function) {  // NOLINT(google-explicit-constructor): a lambda is passed as it is
        Call call(std::forward<F>(function));
        if (call) call_ = std::make_shared<const Call>(std::move(call));
    }

    [[nodiscard]] explicit operator bool() const noexcept { return call_ != nullptr; }

    R operator()(Args... args) const {
        assert(call_ != nullptr && "an empty SharedFunction was called");
        return (*call_)(std::forward<Args>(args)...);
    }

private:
    std::shared_ptr<const Call> call_;
};

}  // namespace hyperlane
