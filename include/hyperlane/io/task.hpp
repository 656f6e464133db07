#pragma once

/// `Task<T>`: a coroutine that starts when it is awaited, on the loop of whoever awaits it.
///
/// A child is started inline from `await_suspend`, which returns false when the child has already finished. There is no
/// symmetric transfer: a compiler that does not turn it into a jump (g++ without optimisation or under
/// AddressSanitizer) would grow the stack with each ready await.

#include <hyperlane/io/cancellation.hpp>
#include <hyperlane/io/frame_pool.hpp>

#include <cassert>
#include <coroutine>
#include <exception>
#include <new>
#include <source_location>
#include <type_traits>
#include <utility>

namespace hyperlane {

template <typename T = void>
class Task;

namespace io {

/// What every coroutine of the framework carries: who waits for it, and which scope cancels it.
class PromiseBase {
public:
    static void* operator new(std::size_t bytes) { return allocate_frame(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept { release_frame(frame, bytes); }

    [[nodiscard]] CancelScope* scope() const noexcept { return scope_; }
    void set_scope(CancelScope* scope) noexcept { scope_ = scope; }

protected:
    std::coroutine_handle<> continuation_;
    CancelScope* scope_ = nullptr;
};

/// Asked for the place of a coroutine that throws. g++ 13 cannot evaluate a consteval function where it calls
/// `unhandled_exception` by itself: with that one the log has no place.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ == 13
struct ThrowingPlace {
    static constexpr std::source_location current() noexcept { return {}; }
};
#else
using ThrowingPlace = std::source_location;
#endif

/// A value that may say that something has failed, such as `Result`.
template <typename T>
concept FailsByValue = requires(const T& result) {
    static_cast<bool>(result);
    result.error().code;
};

/// How a coroutine has ended. Where it stands in the source is kept when it has failed, for whoever has to say so.
template <typename T>
class TaskResult {
public:
    TaskResult() noexcept {}
    TaskResult(const TaskResult&) = delete;
    TaskResult& operator=(const TaskResult&) = delete;
    ~TaskResult() {
        if (state_ == State::value) value_.~T();
        if (state_ == State::error) error_.~exception_ptr();
    }

    template <typename U = T>
        requires std::is_constructible_v<T, U&&>
    void return_value(U&& value, std::source_location where = std::source_location::current()) {
        ::new (static_cast<void*>(&value_)) T(std::forward<U>(value));
        state_ = State::value;
        if constexpr (FailsByValue<T>) {
            if (!value_) failed_at_ = where;
        }
    }
    void unhandled_exception(std::source_location where = ThrowingPlace::current()) noexcept {
        ::new (static_cast<void*>(&error_)) std::exception_ptr(std::current_exception());
        state_ = State::error;
        failed_at_ = where;
    }
    T take() {
        if (state_ == State::error) std::rethrow_exception(error_);
        assert(state_ == State::value);
        return std::move(value_);
    }
    [[nodiscard]] std::exception_ptr thrown() const noexcept {
        return state_ == State::error ? error_ : std::exception_ptr();
    }
    [[nodiscard]] std::source_location failed_at() const noexcept { return failed_at_; }

private:
    enum class State : unsigned char { none, value, error };
    State state_ = State::none;
    std::source_location failed_at_;
    union {
        T value_;
        std::exception_ptr error_;
    };
};

template <>
class TaskResult<void> {
public:
    void return_void() noexcept {}
    void unhandled_exception(std::source_location where = ThrowingPlace::current()) noexcept {
        error_ = std::current_exception();
        failed_at_ = where;
    }
    void take() const {
        if (error_) std::rethrow_exception(error_);
    }
    [[nodiscard]] std::exception_ptr thrown() const noexcept { return error_; }
    [[nodiscard]] std::source_location failed_at() const noexcept { return failed_at_; }

private:
    std::exception_ptr error_;
    std::source_location failed_at_;
};

template <typename T>
class TaskPromise final : public PromiseBase, public TaskResult<T> {
public:
    Task<T> get_return_object() noexcept;

    std::suspend_always initial_suspend() const noexcept { return {}; }

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        // The awaiting coroutine may destroy this frame while it runs: nothing here is touched afterwards.
        void await_suspend(std::coroutine_handle<TaskPromise> self) const noexcept {
            if (const auto continuation = self.promise().continuation_) continuation.resume();
        }
        void await_resume() const noexcept {}
    };
    FinalAwaiter final_suspend() const noexcept { return {}; }

private:
    friend class Task<T>;
};

}  // namespace io

/// Lazy: nothing runs before `co_await std::move(task)`, which gives the value or throws what the coroutine threw. A
/// task that is never awaited never starts; one that is destroyed while suspended unwinds its frames.
///
/// A coroutine owns its loop from one suspension to the next. So that a loop over awaits that are ready (a download to
/// a fast client, a full channel, a free mutex) stops nobody, every await of the library that may be ready draws on a
/// budget: after 256 of them the coroutine waits for its next turn, in which descriptors, timers and the others have
/// had theirs. There a cancellation arrives as well: a ready await throws `Cancelled` after 256 at the latest. Awaiting
/// a task draws nothing by itself. A loop that computes for long and awaits nothing of the library calls
/// `yield_when_due`, or belongs into `offload`.
///
/// cost     one frame from a pool per thread; no heap allocation in the steady state
/// threads  awaited, resumed and destroyed on one loop
/// cancel   inherits the scope of whoever awaits it
template <typename T>
class [[nodiscard("a task does nothing until it is awaited: co_await it, or hand it to spawn()")]] Task {
public:
    using promise_type = io::TaskPromise<T>;
    using value_type = T;

    Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            destroy();
            frame_ = std::exchange(other.frame_, nullptr);
        }
        return *this;
    }
    ~Task() { destroy(); }

    class Awaiter {
    public:
        bool await_ready() const noexcept { return false; }

        template <typename Promise>
        bool await_suspend(std::coroutine_handle<Promise> parent) {
            auto& promise = frame_.promise();
            if (promise.scope_ == nullptr) promise.scope_ = parent.promise().scope();
            frame_.resume();
            if (frame_.done()) return false;
            promise.continuation_ = parent;
            return true;
        }

        T await_resume() { return frame_.promise().take(); }

    protected:
        friend class Task;
        explicit Awaiter(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}
        std::coroutine_handle<promise_type> frame_;
    };

    Awaiter operator co_await() && noexcept {
        assert(frame_ && !frame_.done());
        return Awaiter(frame_);
    }

    /// `co_await task.ended();` runs it and throws nothing: then `result()` says how it has ended.
    class Ended final : Awaiter {
    public:
        using Awaiter::await_ready;
        using Awaiter::await_suspend;
        void await_resume() const noexcept {}

    private:
        friend class Task;
        explicit Ended(std::coroutine_handle<promise_type> frame) noexcept : Awaiter(frame) {}
    };
    [[nodiscard("does nothing until it is awaited")]] Ended ended() noexcept {
        assert(frame_ && !frame_.done());
        return Ended(frame_);
    }
    [[nodiscard]] io::TaskResult<T>& result() noexcept { return frame_.promise(); }

    /// Run below `scope` instead of the scope of whoever awaits. The scope must outlive the task.
    Task&& below(io::CancelScope& scope) && noexcept {
        frame_.promise().set_scope(&scope);
        return std::move(*this);
    }

private:
    friend promise_type;
    explicit Task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}

    void destroy() noexcept {
        if (frame_) std::exchange(frame_, nullptr).destroy();
    }

    std::coroutine_handle<promise_type> frame_;
};

namespace io {

template <typename T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace io

}  // namespace hyperlane
