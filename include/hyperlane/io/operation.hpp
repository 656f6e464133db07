#pragma once

/// The leaf of a chain of awaits: a coroutine that waits for the outside, and can be cancelled while it does.

#include <hyperlane/io/cancellation.hpp>
#include <hyperlane/io/loop.hpp>

#include <coroutine>
#include <cstdint>

namespace hyperlane::io {

/// How many awaits that are ready a coroutine may pass before it lets others run. A plain counter of the thread: loops
/// do not nest.
inline constexpr std::uint32_t ready_budget = 256;
extern constinit thread_local std::uint32_t ready_awaits_left;
/// For who starts a coroutine from the loop itself.
inline void refill_ready_budget() noexcept { ready_awaits_left = ready_budget; }

/// Base of an awaiter. A derived class starts waiting in its `await_suspend` when `suspend` says so, calls `resume` or
/// `resume_soon` once, and begins its `await_resume` with `throw_if_cancelled`.
///
/// An await that may be ready at once has to draw on the budget, or a loop over it would own its thread, timers and
/// cancellation included. It overrides `begin`, and either
///   - awaits by `suspend_unless_ready`, which looks for a cancellation first, or
///   - asks `draw` in its `await_ready` before it does anything, and does not wait for what it has not begun
///     (`suspended_to_begin_later`), which costs three instructions when it is ready.
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

    /// For `await_suspend`: `begin` now, or in the next turn of the loop if the budget is used up.
    /// returns  whether to suspend
    template <typename Promise>
    [[nodiscard]] bool suspend_unless_ready(std::coroutine_handle<Promise> waiter) {
        return begin_below(waiter, waiter.promise().scope());
    }

    /// For `await_ready`: false when the budget is used up. Do nothing then; `suspend` has `begin` called in the next
    /// turn of the loop.
    [[nodiscard]] bool draw() noexcept {
        if (ready_awaits_left > 0) [[likely]] {
            --ready_awaits_left;
            return true;
        }
        begins_later_ = true;
        return false;
    }
    [[nodiscard]] bool suspended_to_begin_later() const noexcept { return begins_later_; }

    /// Do what is awaited, or begin to wait for it. It may throw for lack of memory only.
    /// returns  whether it is done
    virtual bool begin() { return true; }

    /// Continue the waiting coroutine now. Only from the loop's own calls, never from other people's code.
    void resume() noexcept {
        CancelHook::unlink();
        go_on();
    }

    /// The same as long as the budget lasts, else soon: for a call of the loop that may continue many awaits, and
    /// begins with `refill_ready_budget`.
    void resume_within_budget() noexcept {
        if (ready_awaits_left == 0) return resume_soon();
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
        if (stopped_ != Stopped::no) throw_stopped();
    }

    /// Stop waiting: leave timers, queues, lists. Called at cancellation, before the coroutine is resumed; also when
    /// it has not begun.
    virtual void detach() noexcept = 0;

private:
    enum class Stopped : std::uint8_t { no, cancelled, out_of_memory };

    bool suspend_below(std::coroutine_handle<> waiter, CancelScope* scope) noexcept;
    bool begin_below(std::coroutine_handle<> waiter, CancelScope* scope);
    void begin_now() noexcept;
    [[noreturn]] void throw_stopped() const;
    void on_cancel() noexcept final;
    void on_turn() noexcept final {
        if (begins_later_) return begin_now();
        go_on();
    }
    void go_on() noexcept {
        refill_ready_budget();
        waiter_.resume();
    }

    std::coroutine_handle<> waiter_;
    Loop* loop_ = nullptr;
    Stopped stopped_ = Stopped::no;
    bool begins_later_ = false;
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
