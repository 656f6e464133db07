#pragma once

/// The leaf of a chain of awaits: a coroutine that waits for the outside, and can be cancelled while it does.

#include <hyperlane/io/cancellation.hpp>
#include <hyperlane/io/loop.hpp>

#include <coroutine>

namespace hyperlane::io {

/// Base of an awaiter. A derived class starts waiting in its `await_suspend` when `suspend` says so, calls `resume` or
/// `resume_soon` once, and begins its `await_resume` with `throw_if_cancelled`.
class Operation : public CancelHook, public Ready {
public:
    Operation(const Operation&) = delete;
    Operation& operator=(const Operation&) = delete;

protected:
    Operation() = default;
    ~Operation() = default;

    /// returns  false when the scope is cancelled already: do not suspend, `throw_if_cancelled` will throw
    template <typename Promise>
    [[nodiscard]] bool suspend(std::coroutine_handle<Promise> waiter) noexcept {
        return suspend_below(waiter, waiter.promise().scope());
    }

    /// Continue the waiting coroutine now. Only from the loop's own calls, never from other people's code.
    void resume() noexcept {
        CancelHook::unlink();
        waiter_.resume();
    }

    /// Continue it before the loop waits again.
    void resume_soon() noexcept {
        CancelHook::unlink();
        loop_->enqueue(*this);
    }

    [[nodiscard]] bool waiting() const noexcept { return waiter_ != nullptr; }
    [[nodiscard]] Loop& loop() const noexcept { return *loop_; }

    void throw_if_cancelled() const {
        if (cancelled_) throw Cancelled{};
    }

    /// Stop waiting: leave timers, queues, lists. Called at cancellation, before the coroutine is resumed.
    virtual void detach() noexcept = 0;

private:
    bool suspend_below(std::coroutine_handle<> waiter, CancelScope* scope) noexcept;
    void on_cancel() noexcept final;
    void on_turn() noexcept final { waiter_.resume(); }

    std::coroutine_handle<> waiter_;
    Loop* loop_ = nullptr;
    bool cancelled_ = false;
};

/// `CancelScope* scope = co_await this_scope();` the scope that the running coroutine is below; may be null.
class ThisScope {
public:
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> self) noexcept {
        scope_ = self.promise().scope();
        return false;
    }
    [[nodiscard]] CancelScope* await_resume() const noexcept { return scope_; }

private:
    CancelScope* scope_ = nullptr;
};
[[nodiscard]] inline ThisScope this_scope() noexcept { return {}; }

}  // namespace hyperlane::io
