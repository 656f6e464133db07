#pragma once

/// Waiting for time to pass, and bounding how long something may take.

#include <hyperlane/base/result.hpp>
#include <hyperlane/io/operation.hpp>
#include <hyperlane/io/task.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace hyperlane {

namespace io {

class Sleep final : Operation, Timer {
public:
    explicit Sleep(Duration length) noexcept : length_(length) {}
    ~Sleep() = default;

    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) {
        if (!suspend(waiter)) return false;
        loop().arm(*this, loop().now_plus(length_));
        return true;
    }
    void await_resume() const { throw_if_cancelled(); }

private:
    void on_timer() noexcept override { resume(); }
    void detach() noexcept override { loop().disarm(*this); }

    Duration length_;
};

/// Cancels a scope when its time has come.
class Deadline final : Timer {
public:
    Deadline(CancelScope& scope, Duration length);
    ~Deadline() = default;
    [[nodiscard]] bool passed() const noexcept { return passed_; }

private:
    void on_timer() noexcept override;

    CancelScope* scope_;
    bool passed_ = false;
};

[[nodiscard]] Error timed_out_after(Duration length);

/// Run a task below `parent` with a deadline of its own; tells whether that deadline was what cancelled it.
class Bounded {
public:
    Bounded(CancelScope* parent, Duration length) : parent_(parent), scope_(parent), deadline_(scope_, length) {}
    [[nodiscard]] CancelScope& scope() noexcept { return scope_; }
    [[nodiscard]] bool timed_out() const noexcept {
        return deadline_.passed() && (parent_ == nullptr || !parent_->cancelled());
    }

private:
    CancelScope* parent_;
    CancelScope scope_;
    Deadline deadline_;
};

}  // namespace io

/// `co_await sleep(100ms);` resumes no earlier than asked, normally within a millisecond after.
/// cancel   throws `Cancelled` at once
[[nodiscard("a sleep does nothing until it is awaited")]] inline io::Sleep sleep(Duration length) noexcept {
    return io::Sleep(length);
}

class [[nodiscard("does nothing until it is awaited")]] Yield final : io::Operation {
public:
    Yield() = default;
    ~Yield() = default;
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
        if (!suspend(waiter)) return false;
        resume_soon();
        return true;
    }
    void await_resume() const { throw_if_cancelled(); }

private:
    void detach() noexcept override {}
};

/// Let everything else that is ready run first.
inline Yield yield() noexcept { return {}; }

class [[nodiscard("does nothing until it is awaited")]] YieldWhenDue final : io::Operation {
public:
    YieldWhenDue() = default;
    ~YieldWhenDue() = default;
    bool await_ready() noexcept { return draw(); }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
        return suspend(waiter);
    }
    void await_resume() const { throw_if_cancelled(); }

private:
    void detach() noexcept override {}
};

/// Let others run now and then: `co_await yield_when_due();` in a loop that would else never wait counts as one ready
/// await (see `Task`), and costs some instructions as long as the budget lasts.
/// cancel   throws `Cancelled`, when it waits
inline YieldWhenDue yield_when_due() noexcept { return {}; }

/// `auto result = co_await timeout(5s, slow_operation());`
///
/// returns  what the task returned; ErrorCode::timed_out when `length` passed first: the task has then been cancelled
///          and has
///          unwound, so nothing of it runs any more
/// errors   throws what the task threw
template <typename T>
Task<Result<T>> timeout(Duration length, Task<T> task) {
    io::Bounded bounded(co_await io::this_scope(), length);
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(task).below(bounded.scope());
            co_return Result<T>();
        } else {
            co_return Result<T>(co_await std::move(task).below(bounded.scope()));
        }
    } catch (const Cancelled&) {
        if (!bounded.timed_out()) throw;
    }
    co_return std::unexpected(io::timed_out_after(length));
}

}  // namespace hyperlane
