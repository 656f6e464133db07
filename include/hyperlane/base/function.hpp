#pragma once

/// Something to call, whatever its type: `Function<bool(std::string_view)> allow = [](std::string_view origin) { … };`
///
/// In place of std::function and std::move_only_function, for which <functional> brings its searchers and hash tables
/// into every program: a fifth of the time that the compiler needs for a small one.

#include <cassert>
#include <concepts>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace hyperlane {

template <typename Signature>
class Function;

/// Owns what it calls and moves, but does not copy: it takes also what cannot be copied. Empty by default, from nullptr
/// and from a null pointer to a function; to call an empty one is a bug. The const of a Function is that of a pointer:
/// what is called may change what it holds, so what several threads call must be made for that.
///
/// cost     making one: a heap allocation, unless it holds no more than two words and moves without throwing, such as a
///          pointer to a function, or a lambda that captures a shared_ptr; a call: one through a pointer
/// threads  as safe as what it calls
template <typename R, typename... Args>
class Function<R(Args...)> {
    struct Place {
        alignas(void*) std::byte bytes[2 * sizeof(void*)];
    };
    template <typename F>
    static constexpr bool fits =
        std::is_nothrow_move_constructible_v<F> && sizeof(F) <= sizeof(Place) && alignof(F) <= alignof(Place);
    template <typename F>
    static constexpr bool callable = requires(F& function, Args&&... args) {
        requires std::is_void_v<R> || std::is_convertible_v<decltype(function(std::forward<Args>(args)...)), R>;
        function(std::forward<Args>(args)...);
    };

public:
    Function() noexcept = default;
    Function(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): `f(nullptr)` for "none"

    template <typename F>
        requires(!std::same_as<std::remove_cvref_t<F>, Function> && callable<std::decay_t<F>>)
    Function(F&& function) {  // NOLINT(google-explicit-constructor): a lambda is passed as it is
        using Held = std::decay_t<F>;
        if constexpr (std::is_pointer_v<std::remove_cvref_t<F>>) {
            if (function == nullptr) return;
        }
        if constexpr (fits<Held>) {
            ::new (static_cast<void*>(place_.bytes)) Held(std::forward<F>(function));
            call_ = [](Place& place, Args&&... args) -> R {
                return static_cast<R>(in<Held>(place)(std::forward<Args>(args)...));
            };
            if constexpr (!std::is_trivially_copyable_v<Held>) manage_ = manage_in_place<Held>;
        } else {
            ::new (static_cast<void*>(place_.bytes)) Held*(new Held(std::forward<F>(function)));
            call_ = [](Place& place, Args&&... args) -> R {
                return static_cast<R>((*in<Held*>(place))(std::forward<Args>(args)...));
            };
            manage_ = manage_on_heap<Held>;
        }
    }

    Function(Function&& other) noexcept { take(other); }
    Function& operator=(Function&& other) noexcept {
        Function taken(std::move(other));
        const Function former(std::move(*this));  // destroyed last: whoever looks then sees what is there now
        take(taken);
        return *this;
    }
    ~Function() {
        if (manage_ != nullptr) manage_(place_, nullptr);
    }

    [[nodiscard]] explicit operator bool() const noexcept { return call_ != nullptr; }

    R operator()(Args... args) const {
        assert(call_ != nullptr && "an empty Function was called");
        return call_(place_, std::forward<Args>(args)...);
    }

private:
    template <typename T>
    static T& in(Place& place) noexcept {
        return *std::launder(reinterpret_cast<T*>(place.bytes));
    }

    // Move what is in `from` to `to`, or destroy it if that is null.
    template <typename Held>
    static void manage_in_place(Place& from, Place* to) noexcept {
        Held& held = in<Held>(from);
        if (to != nullptr) ::new (static_cast<void*>(to->bytes)) Held(std::move(held));
        held.~Held();  // NOLINT(bugprone-use-after-move): an end, not a use
    }
    template <typename Held>
    static void manage_on_heap(Place& from, Place* to) noexcept {
        if (to != nullptr) {
            *to = from;
        } else {
            delete in<Held*>(from);
        }
    }

    void take(Function& other) noexcept {
        call_ = other.call_;
        manage_ = other.manage_;
        if (manage_ != nullptr) {
            manage_(other.place_, &place_);
        } else {
            place_ = other.place_;
        }
        other.call_ = nullptr;
        other.manage_ = nullptr;
    }

    mutable Place place_{};  // what is called, or a pointer to it
    R (*call_)(Place&, Args&&...) = nullptr;
    void (*manage_)(Place&, Place*) noexcept = nullptr;  // none for what moves as bytes and needs no destructor
};

}  // namespace hyperlane
