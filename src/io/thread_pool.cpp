#include <hyperlane/io/log.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/thread_pool.hpp>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>
#include <signal.h>

namespace hyperlane {

namespace {

/// Threads start with the signals of their creator: these must leave them to the others.
class SignalsBlocked {
public:
    SignalsBlocked() noexcept {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &former_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &former_, nullptr); }

private:
    sigset_t former_;
};

class PostedWork final : public io::Job {
public:
    explicit PostedWork(Function<void()> work) noexcept : work_(std::move(work)) {}

    void run(std::shared_ptr<Job>) noexcept override {
        try {
            work_();
        } catch (const std::exception& error) {
            log(LogLevel::error, std::string("work posted to a thread pool threw: ") + error.what());
        } catch (...) {
            log(LogLevel::error, "work posted to a thread pool threw something that is not a std::exception");
        }
    }

private:
    Function<void()> work_;
};

}  // namespace

class ThreadPool::Impl {
public:
    explicit Impl(Options options) : options_(std::move(options)) {
        if (options_.threads == 0) options_.threads = 1;
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl();

    bool add(std::shared_ptr<io::Job> job, bool only_with_room);
    bool withdraw(io::Job& job) noexcept;
    std::size_t thread_count() const {
        const std::lock_guard lock(mutex_);
        return threads_.size();
    }
    std::size_t queued() const {
        const std::lock_guard lock(mutex_);
        return queued_;
    }
    ThreadPoolCounters counters() const {
        const std::lock_guard lock(mutex_);
        return counters_;
    }

private:
    void start_thread();
    void work(const std::string& name) noexcept;
    std::shared_ptr<io::Job> take_first() noexcept;
    void count(const io::Job& job) noexcept;

    Options options_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    IntrusiveList<io::Job, io::JobTag> queue_;
    std::size_t queued_ = 0;
    std::size_t idle_ = 0;
    ThreadPoolCounters counters_;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

ThreadPool::Impl::~Impl() {
    std::vector<std::shared_ptr<io::Job>> dropped;
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        while (!queue_.empty()) dropped.push_back(take_first());
    }
    changed_.notify_all();
    dropped.clear();
    for (std::thread& thread : threads_) thread.join();
}

bool ThreadPool::Impl::add(std::shared_ptr<io::Job> job, bool only_with_room) {
    const std::lock_guard lock(mutex_);
    const bool all_busy = idle_ <= queued_;
    const bool thread_needed = all_busy && threads_.size() < options_.threads;
    if (only_with_room && !thread_needed && all_busy && queued_ >= options_.queue) return false;
    if (thread_needed) start_thread();
    io::Job& added = *job;
    // The clock is read for those only that must wait.
    added.since_ = all_busy && !thread_needed ? Clock::now() : TimePoint();
    added.queued_ = std::move(job);
    queue_.push_back(added);
    ++queued_;
    changed_.notify_one();
    return true;
}

void ThreadPool::Impl::start_thread() {
    const SignalsBlocked blocked;
    try {
        threads_.emplace_back(&Impl::work, this, options_.name + "-" + std::to_string(threads_.size()));
    } catch (...) {
        // Out of threads: those that there are will do it, if there are any.
        if (threads_.empty()) throw;
    }
}

bool ThreadPool::Impl::withdraw(io::Job& job) noexcept {
    std::shared_ptr<io::Job> dropped;  // destroyed after the lock has been released
    const std::lock_guard lock(mutex_);
    if (!job.linked()) return false;
    job.unlink();
    --queued_;
    dropped = std::move(job.queued_);
    return true;
}

std::shared_ptr<io::Job> ThreadPool::Impl::take_first() noexcept {
    --queued_;
    return std::move(queue_.pop_front().queued_);
}

void ThreadPool::Impl::count(const io::Job& job) noexcept {
    ++counters_.started;
    if (job.since_ == TimePoint()) return;
    const Duration waited = Clock::now() - job.since_;
    ++counters_.waited;
    counters_.waiting += waited;
    counters_.longest_wait = std::max(counters_.longest_wait, waited);
}

void ThreadPool::Impl::work(const std::string& name) noexcept {
    ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        --idle_;
        if (queue_.empty()) return;
        auto job = take_first();
        count(*job);
        lock.unlock();
        io::Job& running = *job;
        running.run(std::move(job));
        lock.lock();
    }
}

ThreadPool::ThreadPool(Options options) : impl_(std::make_shared<Impl>(std::move(options))) {}
ThreadPool::~ThreadPool() = default;

bool ThreadPool::try_post(Function<void()> work) {
    return impl_->add(std::make_shared<PostedWork>(std::move(work)), true);
}

std::size_t ThreadPool::thread_count() const { return impl_->thread_count(); }
std::size_t ThreadPool::queued() const { return impl_->queued(); }
ThreadPoolCounters ThreadPool::counters() const { return impl_->counters(); }
void ThreadPool::submit(std::shared_ptr<io::Job> job) { impl_->add(std::move(job), false); }
bool ThreadPool::withdraw(io::Job& job) noexcept { return impl_->withdraw(job); }

ThreadPoolCounters& ThreadPoolCounters::operator+=(const ThreadPoolCounters& other) noexcept {
    started += other.started;
    waited += other.waited;
    waiting += other.waiting;
    longest_wait = std::max(longest_wait, other.longest_wait);
    return *this;
}

const std::shared_ptr<ThreadPool>& Loop::file_pool() {
    if (!file_pool_) file_pool_ = std::make_shared<ThreadPool>(ThreadPoolOptions{.name = "files"});
    return file_pool_;
}

const std::shared_ptr<ThreadPool>& Loop::thread_pool() {
    if (!thread_pool_) thread_pool_ = std::make_shared<ThreadPool>();
    return thread_pool_;
}

}  // namespace hyperlane
