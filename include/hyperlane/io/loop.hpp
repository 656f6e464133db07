#pragma once

/// The event loop: one per thread, shared-nothing. It runs what is ready, then what is due, then waits.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/function.hpp>
#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/io/backend.hpp>
#include <hyperlane/io/cancellation.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

class ThreadPool;

namespace io {

struct ReadyTag;

/// Something to run before the loop waits again. Links itself into the loop's queue without allocating.
class Ready : public ListHook<ReadyTag> {
public:
    virtual void on_turn() noexcept = 0;

protected:
    Ready() = default;
    ~Ready() = default;
};

/// Coroutines that have used up their budget of ready awaits (operation.hpp): they take turns, so many a turn that the
/// loop looks at its descriptors and timers often enough.
class Deferred final : public Ready {
public:
    explicit Deferred(Loop& loop) noexcept : loop_(&loop) {}

    void add(Ready& work) noexcept;

private:
    void on_turn() noexcept override;

    Loop* loop_;
    IntrusiveList<Ready, ReadyTag> waiting_;
};

/// Something to run at a point in time. Destroying it disarms it.
class Timer {
public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    [[nodiscard]] bool armed() const noexcept { return place_ != unarmed; }
    [[nodiscard]] TimePoint due() const noexcept { return due_; }

    virtual void on_timer() noexcept = 0;

protected:
    ~Timer();

private:
    friend class TimerHeap;
    static constexpr std::size_t unarmed = static_cast<std::size_t>(-1);

    TimePoint due_{};
    std::uint64_t order_ = 0;
    std::size_t place_ = unarmed;
    class TimerHeap* heap_ = nullptr;
};

/// Timers in the order of their deadlines, equal ones in the order they were armed: a 4-ary heap, O(log n) to arm and
/// disarm.
class TimerHeap {
public:
    TimerHeap() = default;
    TimerHeap(const TimerHeap&) = delete;
    TimerHeap& operator=(const TimerHeap&) = delete;
    ~TimerHeap();

    void arm(Timer& timer, TimePoint due);
    void disarm(Timer& timer) noexcept;
    [[nodiscard]] TimePoint next_due() const noexcept { return timers_.empty() ? TimePoint::max() : timers_[0]->due_; }
    /// How often a timer has been armed so far.
    [[nodiscard]] std::uint64_t armed_count() const noexcept { return armed_count_; }
    /// Take out and return one timer that is due at `now` and was among the first `armed_before` to be armed, or null.
    [[nodiscard]] Timer* pop_due(TimePoint now, std::uint64_t armed_before) noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return timers_.size(); }

private:
    void place(Timer* timer, std::size_t at) noexcept;
    void sift_up(std::size_t at) noexcept;
    void sift_down(std::size_t at) noexcept;

    static bool earlier(const Timer& a, const Timer& b) noexcept {
        return a.due_ != b.due_ ? a.due_ < b.due_ : a.order_ < b.order_;
    }

    std::vector<Timer*> timers_;
    std::uint64_t armed_count_ = 0;
};

}  // namespace io

/// Everything but `post`, `stop` and `wake` belongs to the thread that runs the loop.
class Loop {
public:
    explicit Loop(std::unique_ptr<io::Backend> backend);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Cancels every task that still runs here, lets them unwind, and waits for the work of other threads. A task that
    /// goes on to wait for time or for a descriptor below a scope of its own is left where it is.
    ~Loop();

    /// Cancel every task that runs here and let it unwind, with all that waits for other threads. Whatever tasks
    /// refer to must live until then; the destructor does the same for what is left.
    void shutdown();

    /// The loop that runs on this thread, or null.
    [[nodiscard]] static Loop* current() noexcept;
    /// The same for who cannot do without: says in the log what `doing` needs, and ends the program, where none runs.
    [[nodiscard]] static Loop& require(const char* doing) noexcept;

    /// Run until `stop`.
    void run();

    /// Run everything that is ready or becomes ready, until `done()` holds or there is nothing left to wait for.
    /// returns  whether `done()` holds
    bool run_until(const Function<bool()>& done);

    /// Make `run` return after its current turn. Any thread.
    void stop() noexcept;

    /// Run `work` on this loop's thread. Any thread; in order per posting thread. What it throws is logged.
    void post(Function<void()> work);

    /// The time of this turn; read once per turn.
    [[nodiscard]] TimePoint now() const noexcept { return now_; }

    /// `length` from now, or the end of time if that is sooner.
    [[nodiscard]] TimePoint now_plus(Duration length) const noexcept {
        if (length <= Duration::zero()) return now_;
        return length < TimePoint::max() - now_ ? now_ + length : TimePoint::max();
    }

    /// A deadline that has passed comes in the next turn, never in this one.
    void arm(io::Timer& timer, TimePoint due) { timers_.arm(timer, due < now_ ? now_ : due); }
    void disarm(io::Timer& timer) noexcept { timers_.disarm(timer); }

    /// Run `work` before the loop waits again, after everything that is queued already.
    void enqueue(io::Ready& work) noexcept { ready_.push_back(work); }

    /// Run `work` in a turn to come, each in its place in the order, so many that the turn stays short.
    void defer(io::Ready& work) noexcept { deferred_.add(work); }

    /// Destroy `object` at the end of this turn: for what would otherwise destroy itself in its own callback.
    template <typename T>
    void dispose(std::unique_ptr<T> object) {
        dispose(object.release(), [](void* raw) { delete static_cast<T*>(raw); });
    }

    [[nodiscard]] io::Backend& backend() noexcept { return *backend_; }

    /// Every task spawned on this loop hangs below this scope.
    [[nodiscard]] io::CancelScope& scope() noexcept { return scope_; }

    /// Work for this loop that goes on in another thread (it must end in a `post`).
    void outside_work_started() noexcept { ++outside_work_; }
    void outside_work_finished() noexcept { --outside_work_; }

    /// Where `offload` runs its work; several loops may share one pool. Without one, a loop makes its own when needed.
    void set_thread_pool(std::shared_ptr<ThreadPool> pool) noexcept { thread_pool_ = std::move(pool); }
    [[nodiscard]] const std::shared_ptr<ThreadPool>& thread_pool();
    /// Where the library opens and reads files: apart, so that no file waits behind a job.
    void set_file_pool(std::shared_ptr<ThreadPool> pool) noexcept { file_pool_ = std::move(pool); }
    [[nodiscard]] const std::shared_ptr<ThreadPool>& file_pool();

    /// Log when one turn holds the loop for as long as this, or longer. Zero: never; 100 ms in debug builds, zero in
    /// others. To be set before the loop runs.
    ///
    /// cost     a look at the clock per turn; nothing when it is off
    void set_block_warning(Duration longest) noexcept { block_warning_ = longest; }
    [[nodiscard]] Duration block_warning() const noexcept { return block_warning_; }
    /// What the loop is doing, for that warning; views text that outlives the turn.
    void note_activity(std::string_view what) noexcept { activity_ = what; }

private:
    struct Garbage;
    struct Inbox;

    void dispose(void* object, void (*destroy)(void*));
    void turn(TimePoint longest_wait);
    void dispatch(std::span<io::BackendEvent> events) noexcept;
    void run_due() noexcept;
    void run_ready() noexcept;
    void destroy_garbage() noexcept;
    void run_posted();
    void watched_turn(TimePoint longest_wait);
    void report_block(Duration held) noexcept;
    [[nodiscard]] bool idle() const noexcept;

    // Neither this nor the inbox is shared: a unique_ptr takes the compiler far longer, in every program.
    std::shared_ptr<io::Backend> backend_;
    TimePoint now_;
    io::TimerHeap timers_;
    io::CancelScope scope_;
    IntrusiveList<io::Ready, io::ReadyTag> ready_;
    io::Deferred deferred_{*this};
    std::vector<Garbage> garbage_;
    std::vector<Garbage> doomed_;
    std::size_t outside_work_ = 0;
    Duration block_warning_;
    std::string_view activity_;

    // For all threads: loop.cpp goes to the flags by std::atomic_ref, so that no program has to compile <atomic>.
    mutable bool stopping_ = false;
    mutable bool has_posted_ = false;
    std::shared_ptr<Inbox> inbox_;

    std::shared_ptr<ThreadPool> thread_pool_;
    std::shared_ptr<ThreadPool> file_pool_;
};

}  // namespace hyperlane
