#pragma once

/// Running tasks in tests: start one on a loop, see how it ended.

#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/task.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hyperlane::testing {

template <typename T>
struct Outcome {
    std::optional<std::conditional_t<std::is_void_v<T>, std::tuple<>, T>> value;
    std::exception_ptr error;
    bool cancelled = false;
    bool ended = false;

    T take() {
        if (cancelled) throw Cancelled{};
        if (error) std::rethrow_exception(error);
        if (!value) throw std::logic_error("the task has not ended");
        if constexpr (!std::is_void_v<T>) return std::move(*value);
    }
};

template <typename T>
io::Detached drive(io::CancelScope*, Task<T> task, std::shared_ptr<Outcome<T>> outcome) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(task);
            outcome->value.emplace();
        } else {
            outcome->value.emplace(co_await std::move(task));
        }
    } catch (const Cancelled&) {
        outcome->cancelled = true;
    } catch (...) {
        outcome->error = std::current_exception();
    }
    outcome->ended = true;
}

/// Start `task` below `scope` in the next turn of `loop`.
template <typename T>
std::shared_ptr<Outcome<T>> start(Loop& loop, Task<T> task, io::CancelScope& scope) {
    auto outcome = std::make_shared<Outcome<T>>();
    loop.post(
        [task = std::move(task), outcome, &scope]() mutable { drive(&scope, std::move(task), std::move(outcome)); });
    return outcome;
}

template <typename T>
std::shared_ptr<Outcome<T>> start(Loop& loop, Task<T> task) {
    return start(loop, std::move(task), loop.scope());
}

/// Run `task` to its end; returns or throws what it did.
template <typename T>
T run(Loop& loop, Task<T> task) {
    auto outcome = start(loop, std::move(task));
    loop.run_until([&] { return outcome->ended; });
    return outcome->take();
}

/// Run until nothing is left to wait for.
inline void settle(Loop& loop) {
    loop.run_until([] { return false; });
}

/// Let everything that is ready run, without letting virtual time pass.
inline void turn(Loop& loop) {
    bool done = false;
    for (int i = 0; i < 4; ++i) {
        done = false;
        loop.post([&] { done = true; });
        loop.run_until([&] { return done; });
    }
}

}  // namespace hyperlane::testing
