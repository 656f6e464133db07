#pragma once

/// Threads for work that blocks: files, name resolution, libraries that know no event loop. Coroutines use it through
/// `offload`.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/function.hpp>
#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/base/pointers.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace hyperlane {

class ThreadPool;

namespace io {

struct JobTag;

/// One piece of work for a pool. Shared by whoever waits for it, the queue, and the thread that runs it.
class Job : public ListHook<JobTag> {
public:
    Job() = default;
    virtual ~Job() = default;

    /// Called once, by a thread of the pool; `self` is that thread's share.
    virtual void run(std::shared_ptr<Job> self) noexcept = 0;

private:
    friend class hyperlane::ThreadPool;
    std::shared_ptr<Job> queued_;  // the queue's share
    TimePoint since_{};            // when it came
};

}  // namespace io

struct ThreadPoolOptions {
    std::size_t threads = 4;       ///< at most; they start when there is work and none is idle
    std::size_t queue = 256;       ///< how many pieces of work may wait before `try_post` refuses more
    std::string name = "offload";  ///< threads are called "offload-0", "offload-1"… (the kernel keeps 15 characters)
};

/// What a pool has done so far. Work that waits says that the pool is too small, or its work too long.
struct ThreadPoolCounters {
    std::uint64_t started = 0;
    std::uint64_t waited = 0;  ///< of them, those that came when every thread was busy
    Duration waiting{};        ///< how long those have waited, added up
    Duration longest_wait{};

    ThreadPoolCounters& operator+=(const ThreadPoolCounters& other) noexcept;
};

/// Work runs in the order in which it came. All members are safe to call from any thread.
class ThreadPool {
public:
    using Options = ThreadPoolOptions;

    explicit ThreadPool(Options options = {});
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// Drops what has not started and waits for what has.
    ~ThreadPool();

    /// Run `work` on some thread. What it throws is logged.
    /// returns  false when as much waits as may
    [[nodiscard]] bool try_post(Function<void()> work);

    [[nodiscard]] std::size_t thread_count() const;
    /// Pieces of work that wait for a thread.
    [[nodiscard]] std::size_t queued() const;
    [[nodiscard]] ThreadPoolCounters counters() const;

    /// Queue a job however long the queue is: for callers that hold themselves back by waiting for it.
    /// errors   std::system_error when there is no thread and none can be started
    void submit(std::shared_ptr<io::Job> job);

    /// Take back a job that has not started. Its share of the queue is dropped.
    /// returns  false when it has started
    [[nodiscard]] bool withdraw(io::Job& job) noexcept;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;  // not shared; a unique_ptr takes the compiler far longer, in every program
};

}  // namespace hyperlane
