#pragma once

/// Blocking work from a coroutine: `auto text = co_await offload(read_whole_file, path);`

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/io/operation.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/io/thread_pool.hpp>

#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hyperlane {

namespace io {

class OffloadWait;

/// A job whose end is told on the loop that started it.
class OffloadJob : public Job {
public:
    explicit OffloadJob(Loop& loop) noexcept : loop_(&loop) {}

    void run(std::shared_ptr<Job> self) noexcept final;

protected:
    virtual void call() = 0;
    void rethrow() const {
        if (error_) std::rethrow_exception(error_);
    }

private:
    friend class OffloadWait;
    void finished() noexcept;

    Loop* loop_;
    OffloadWait* waiter_ = nullptr;  // touched by the loop's thread only
    std::exception_ptr error_;
};

template <typename Fn, typename... Args>
class OffloadCall final : public OffloadJob {
public:
    using Value = std::invoke_result_t<Fn, Args...>;
    static_assert(!std::is_reference_v<Value>, "what a thread returns must be a value: the reference might dangle");

    template <typename... From>
    explicit OffloadCall(Loop& loop, Fn&& fn, From&&... args)
        : OffloadJob(loop), fn_(std::move(fn)), args_(std::forward<From>(args)...) {}

    Value take() {
        rethrow();
        if constexpr (!std::is_void_v<Value>) return std::move(*value_);
    }

private:
    void call() override {
        if constexpr (std::is_void_v<Value>) {
            std::apply(std::move(fn_), std::move(args_));
        } else {
            value_.emplace(std::apply(std::move(fn_), std::move(args_)));
        }
    }

    Fn fn_;
    std::tuple<Args...> args_;
    std::optional<std::conditional_t<std::is_void_v<Value>, std::tuple<>, Value>> value_;
};

/// Waits until a job has run.
class OffloadWait final : Operation {
public:
    OffloadWait(ThreadPool& pool, std::shared_ptr<OffloadJob> job) noexcept : pool_(&pool), job_(std::move(job)) {}
    ~OffloadWait() { detach(); }

    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) {
        if (!suspend(waiter)) return false;
        start();
        return true;
    }
    void await_resume() const { throw_if_cancelled(); }

private:
    friend class OffloadJob;
    void start();
    void finish() noexcept { resume_soon(); }
    void detach() noexcept override;

    ThreadPool* pool_;
    std::shared_ptr<OffloadJob> job_;
};

/// in  pool: null for that of the loop
template <typename Fn, typename... Args>
Task<std::invoke_result_t<Fn, Args...>> run_offloaded(std::shared_ptr<ThreadPool> pool, Fn fn, Args... args) {
    Loop& loop = Loop::require("offload()");
    if (pool == nullptr) pool = loop.thread_pool();
    const auto job = std::make_shared<OffloadCall<Fn, Args...>>(loop, std::move(fn), std::move(args)...);
    co_await OffloadWait(*pool, job);
    co_return job->take();
}

}  // namespace io

/// Run `fn(args...)` on a thread of the loop's pool; all are moved into the job, nothing is shared with it by accident.
///
/// returns  what `fn` returned, back on the loop
/// errors   throws what `fn` threw; std::system_error when no thread can be started
/// cost     one heap allocation and two thread switches: some 10 µs
/// overlap  while all threads are busy it waits its turn, first come, first served
/// cancel   throws `Cancelled` at once. Work that has not started never starts; work that has runs to its end, and
///          what it
///          returns is destroyed on the loop's thread
template <typename Fn, typename... Args>
    requires std::invocable<std::decay_t<Fn>, std::decay_t<Args>...>
Task<std::invoke_result_t<std::decay_t<Fn>, std::decay_t<Args>...>> offload(Fn&& fn, Args&&... args) {
    return io::run_offloaded<std::decay_t<Fn>, std::decay_t<Args>...>(nullptr, std::forward<Fn>(fn),
                                                                      std::forward<Args>(args)...);
}

/// The same on a pool of one's own, which may be shared by all loops: for work that must not wait behind other work, or
/// of which only so much may run at once. `co_await offload_on(ctx.get_data<Pools>().images, shrink, image)`
template <typename Fn, typename... Args>
    requires std::invocable<std::decay_t<Fn>, std::decay_t<Args>...>
Task<std::invoke_result_t<std::decay_t<Fn>, std::decay_t<Args>...>> offload_on(std::shared_ptr<ThreadPool> pool,
                                                                               Fn&& fn, Args&&... args) {
    return io::run_offloaded<std::decay_t<Fn>, std::decay_t<Args>...>(std::move(pool), std::forward<Fn>(fn),
                                                                      std::forward<Args>(args)...);
}

}  // namespace hyperlane
