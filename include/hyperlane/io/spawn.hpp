#pragma once

/// Tasks that run beside their creator: `spawn` for those on their own, `Scope` for a group that is awaited.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/io/operation.hpp>
#include <hyperlane/io/task.hpp>

#include <cassert>
#include <concepts>
#include <exception>
#include <optional>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hyperlane {

namespace io {

/// The root of a chain of awaits: starts at once, destroys itself when it ends. Its first parameter is its scope.
struct Detached {
    class promise_type final : public PromiseBase {
    public:
        template <typename... Args>
        explicit promise_type(CancelScope* scope, const Args&...) noexcept {
            set_scope(scope);
        }
        Detached get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
};

/// Why a task has failed, and where it stands in the source.
struct Failure {
    std::exception_ptr thrown;
    std::source_location where;
};

/// Say in the log that nobody has awaited a failure. What is ordinary is no error: a cancellation is not mentioned, and
/// a returned `closed` or `connection_reset` (a peer has gone) for those only who debug.
void log_unhandled(const char* who, const Failure& failure) noexcept;
void log_unhandled(const char* who, const Error& returned, std::source_location where) noexcept;

/// How a task ended, for whoever joins it: waits for one waiter at most.
class Completion {
public:
    [[nodiscard]] bool done() const noexcept { return done_; }
    void finish() noexcept;

    class Awaiter final : Operation {
    public:
        explicit Awaiter(Completion& completion) noexcept : completion_(&completion) {}
        ~Awaiter() { detach(); }
        bool await_ready() noexcept { return draw() && completion_->done_; }
        template <typename Promise>
        bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
            if (!suspend(waiter)) return false;
            return suspended_to_begin_later() || !begin();
        }
        void await_resume() const { throw_if_cancelled(); }

    private:
        friend class Completion;
        bool begin() noexcept override {
            if (completion_->done_) return true;
            assert(completion_->awaiter_ == nullptr && "joined twice at the same time");
            completion_->awaiter_ = this;
            return false;
        }
        void detach() noexcept override {
            if (completion_->awaiter_ == this) completion_->awaiter_ = nullptr;
        }
        Completion* completion_;
    };
    [[nodiscard]] Awaiter wait() noexcept { return Awaiter(*this); }

private:
    bool done_ = false;
    Awaiter* awaiter_ = nullptr;
};

/// What `spawn` and the task share, whatever the task returns.
struct SpawnedBase {
    CancelScope scope;
    Completion completion;
    Failure failure;
    const Error* returned = nullptr;  // views the value, until somebody takes it
    bool joinable = false;

    /// The task has ended.
    void end() noexcept;
    /// Nobody will ask any more.
    void let_go() noexcept;
    /// Throws what the task threw.
    void take();
};

template <typename T>
struct Spawned : SpawnedBase {
    using Value = std::conditional_t<std::is_void_v<T>, std::tuple<>, T>;
    std::optional<Value> value;
};

/// Null if `value` is no error.
template <typename T>
[[nodiscard]] const Error* error_of(const T& value) noexcept {
    if constexpr (FailsByValue<T>) {
        return value ? nullptr : &value.error();
    } else {
        return nullptr;
    }
}

template <typename Fn, typename... Args>
using TaskValue = typename std::invoke_result_t<Fn&, Args...>::value_type;

// An argument that is converted here was given by whoever has spawned: a warning would blame the wrong line.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
template <typename Fn, typename... Args>
[[nodiscard]] auto call(Fn& fn, Args&&... args) {
    return fn(std::forward<Args>(args)...);
}
#pragma GCC diagnostic pop

template <typename T, typename Fn, typename... Args>
Detached run_spawned(CancelScope*, std::shared_ptr<Spawned<T>> state, Fn fn, Args... args) {
    try {
        Task<T> task = call(fn, std::move(args)...);
        co_await task.ended();
        state->failure = {task.result().thrown(), task.result().failed_at()};
        if (!state->failure.thrown) {
            if constexpr (std::is_void_v<T>) {
                state->value.emplace();
            } else {
                state->returned = error_of(state->value.emplace(task.result().take()));
            }
        }
    } catch (...) {  // by the function itself, or a move of what it returned
        state->failure.thrown = std::current_exception();
    }
    state->end();
}

}  // namespace io

/// What `spawn` gives back: await it for the result, cancel it, or drop it, which lets the task go on.
template <typename T>
class JoinHandle {
public:
    explicit JoinHandle(std::shared_ptr<io::Spawned<T>> state) noexcept : state_(std::move(state)) {}
    JoinHandle(JoinHandle&&) noexcept = default;
    JoinHandle& operator=(JoinHandle&& other) noexcept {
        if (this != &other) {
            let_go();
            state_ = std::move(other.state_);
        }
        return *this;
    }
    ~JoinHandle() { let_go(); }

    [[nodiscard]] bool done() const noexcept { return state_->completion.done(); }

    /// The task's next or present await throws `Cancelled`.
    void cancel() noexcept { state_->scope.cancel(); }

    /// returns  what the task returned
    /// errors   throws what the task threw; `Cancelled` if it was cancelled
    /// cancel   gives up waiting; the task goes on
    Task<T> join() { return join_state(state_); }

private:
    void let_go() noexcept {
        if (!state_) return;
        state_->let_go();
        state_.reset();
    }

    static Task<T> join_state(std::shared_ptr<io::Spawned<T>> state) {
        co_await state->completion.wait();
        state->take();
        if constexpr (!std::is_void_v<T>) co_return std::move(*state->value);
    }

    std::shared_ptr<io::Spawned<T>> state_;
};

/// Run `fn(args...)`, a coroutine, on this loop beside the caller. It runs up to its first suspension before `spawn`
/// returns. Both are moved into the new task and live as long as it does: what a lambda captures by value is there;
/// what it captures by reference may be gone. g++ 12 miscompiles captures in a statement that awaits, such as
/// `co_await spawn([x] …).join()`: docs/coroutines.md.
///
/// errors   what the task throws or returns reaches `join`; an exception or an error that nobody joins is logged once,
///          with the place of the coroutine
/// threads  from within a running loop only, elsewhere it ends the program; `loop.post([] { spawn(…); })` reaches
///          another one, `Server::on_start` begins with a server
/// cancel   by the handle, or when the loop ends; not by whatever cancels the caller
template <typename Fn, typename... Args>
    requires std::invocable<std::decay_t<Fn>&, std::decay_t<Args>...>
JoinHandle<io::TaskValue<std::decay_t<Fn>, std::decay_t<Args>...>> spawn(Fn&& fn, Args&&... args) {
    using T = io::TaskValue<std::decay_t<Fn>, std::decay_t<Args>...>;
    Loop& loop = Loop::require("spawn()");
    auto state = std::make_shared<io::Spawned<T>>();
    state->scope.attach(&loop.scope());
    state->joinable = true;
    io::run_spawned<T, std::decay_t<Fn>, std::decay_t<Args>...>(&state->scope, state, std::forward<Fn>(fn),
                                                                std::forward<Args>(args)...);
    return JoinHandle<T>(std::move(state));
}

/// A group of tasks that ends together: `scope.spawn(f, a); scope.spawn(g); co_await scope.join();`
///
/// Destroying a scope cancels what still runs in it, as does the end of the loop. The first exception cancels the rest
/// and reaches `join`, or the log if nobody joins. Further ones, and errors that tasks return, are logged.
/// Not thread-safe.
class Scope {
public:
    Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() { state_->scope.cancel(); }

    template <typename Fn, typename... Args>
    void spawn(Fn&& fn, Args&&... args) {
        enter();
        run<std::decay_t<Fn>, std::decay_t<Args>...>(&state_->scope, state_, std::forward<Fn>(fn),
                                                     std::forward<Args>(args)...);
    }

    void cancel() noexcept { state_->scope.cancel(); }

    /// Wait until every task has ended.
    /// errors   throws what the first failing task threw; its failure has cancelled the others
    /// cancel   cancels the tasks and waits until they have unwound
    Task<> join() { return join_state(state_); }

private:
    struct State {
        io::CancelScope scope;
        std::size_t running = 0;
        io::Completion idle;
        io::Failure failure;

        State() = default;
        State(const State&) = delete;
        State& operator=(const State&) = delete;
        ~State();

        void fail(io::Failure with) noexcept;
        void leave() noexcept {
            if (--running == 0) idle.finish();
        }
    };

    template <typename Fn, typename... Args>
    static io::Detached run(io::CancelScope*, std::shared_ptr<State> state, Fn fn, Args... args) {
        try {
            auto task = io::call(fn, std::move(args)...);
            co_await task.ended();
            state->fail({task.result().thrown(), task.result().failed_at()});
            report_returned(task);
        } catch (...) {
            state->fail({std::current_exception(), {}});
        }
        state->leave();
    }

    template <typename T>
    static void report_returned(Task<T>& task) {
        if constexpr (io::FailsByValue<T>) {
            if (task.result().thrown()) return;
            const T value = task.result().take();
            if (!value) io::log_unhandled("a task of a scope", value.error(), task.result().failed_at());
        }
    }

    void enter();

    static Task<> join_state(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace hyperlane
