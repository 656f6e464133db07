#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/operation.hpp>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <utility>

namespace hyperlane {

namespace {

thread_local Loop* current_loop = nullptr;

class CurrentLoop {
public:
    explicit CurrentLoop(Loop* loop) noexcept : previous_(std::exchange(current_loop, loop)) {}
    CurrentLoop(const CurrentLoop&) = delete;
    CurrentLoop& operator=(const CurrentLoop&) = delete;
    ~CurrentLoop() { current_loop = previous_; }

private:
    Loop* previous_;
};

using Flag = std::atomic_ref<bool>;

#ifdef NDEBUG
constexpr Duration usual_block_warning{};
#else
constexpr Duration usual_block_warning = std::chrono::milliseconds(100);
#endif

}  // namespace

struct Loop::Garbage {
    std::unique_ptr<void, void (*)(void*)> object;
};

/// What other threads have posted.
struct Loop::Inbox {
    std::mutex mutex;
    std::vector<Function<void()>> work;
};

Loop::Loop(std::unique_ptr<io::Backend> backend)
    : backend_(std::move(backend)),
      now_(backend_->now()),
      block_warning_(usual_block_warning),
      inbox_(std::make_shared<Inbox>()) {}

Loop::~Loop() {
    shutdown();
    // Whoever made this loop end from another thread may still be inside `post` or `stop`.
    const std::lock_guard lock(inbox_->mutex);
}

void Loop::shutdown() {
    const CurrentLoop here(this);
    scope_.cancel();
    do {
        turn(outside_work_ > 0 ? TimePoint::max() : now_);
    } while (!ready_.empty() || !garbage_.empty() || outside_work_ > 0 ||
             Flag(has_posted_).load(std::memory_order_acquire));
}

Loop* Loop::current() noexcept { return current_loop; }

Loop& Loop::require(const char* doing) noexcept {
    if (current_loop != nullptr) [[likely]]
        return *current_loop;
    log(LogLevel::error,
        std::string(doing) +
            " needs a running loop, and this thread has none: call it in a handler or another task, in "
            "a hook of Server::on_start, or by Loop::post");
    std::abort();
}

void Loop::run() {
    const CurrentLoop here(this);
    // Two loops, so that a turn pays nothing for a warning that is off.
    if (block_warning_ == Duration::zero()) {
        while (!Flag(stopping_).load(std::memory_order_acquire)) turn(TimePoint::max());
    } else {
        while (!Flag(stopping_).load(std::memory_order_acquire)) watched_turn(TimePoint::max());
    }
    Flag(stopping_).store(false, std::memory_order_release);
}

bool Loop::run_until(const Function<bool()>& done) {
    const CurrentLoop here(this);
    while (!done()) {
        if (idle()) return false;
        watched_turn(TimePoint::max());
    }
    return true;
}

bool Loop::idle() const noexcept {
    return ready_.empty() && garbage_.empty() && timers_.size() == 0 && backend_->watched() == 0 &&
           outside_work_ == 0 && !Flag(has_posted_).load(std::memory_order_acquire);
}

void Loop::stop() noexcept {
    const std::lock_guard lock(inbox_->mutex);
    Flag(stopping_).store(true, std::memory_order_release);
    backend_->wake();
}

void Loop::post(Function<void()> work) {
    // The lock is held until the backend has been woken: the loop might otherwise run the work, end and be destroyed
    // before that.
    const std::lock_guard lock(inbox_->mutex);
    inbox_->work.push_back(std::move(work));
    if (!Flag(has_posted_).exchange(true, std::memory_order_acq_rel)) backend_->wake();
}

void Loop::turn(TimePoint longest_wait) {
    const bool wait_not = !ready_.empty() || !garbage_.empty() || Flag(has_posted_).load(std::memory_order_relaxed);
    const TimePoint deadline = wait_not ? now_ : std::min(longest_wait, timers_.next_due());
    const auto events = backend_->wait(deadline, outside_work_ > 0);
    now_ = backend_->now();

    dispatch(events);
    if (timers_.next_due() <= now_) run_due();
    if (Flag(has_posted_).load(std::memory_order_acquire)) run_posted();
    if (!ready_.empty()) run_ready();
    if (!garbage_.empty()) destroy_garbage();
}

void Loop::watched_turn(TimePoint longest_wait) {
    activity_ = {};
    turn(longest_wait);
    if (block_warning_ == Duration::zero()) return;
    const Duration held = backend_->now() - now_;  // `now_` is when the waiting ended
    if (held >= block_warning_) report_block(held);
}

void Loop::dispatch(std::span<io::BackendEvent> events) noexcept {
    // Nobody else can take the only event away.
    if (events.size() == 1) return events[0].watcher->on_ready(events[0].readiness);
    for (auto& event : events) event.watcher->pending_ = &event;
    for (auto& event : events) {
        if (event.watcher == nullptr) continue;
        event.watcher->pending_ = nullptr;
        event.watcher->on_ready(event.readiness);
    }
}

void Loop::run_due() noexcept {
    // Only what is armed now: a timer that arms itself again for a time that has come must not starve the descriptors.
    const auto armed_before = timers_.armed_count();
    while (io::Timer* timer = timers_.pop_due(now_, armed_before)) timer->on_timer();
}

void Loop::dispose(void* object, void (*destroy)(void*)) { garbage_.push_back({{object, destroy}}); }

void Loop::destroy_garbage() noexcept {
    // Aside first: destructors may dispose of more.
    doomed_.swap(garbage_);
    doomed_.clear();
}

void Loop::run_ready() noexcept {
    // Only what is queued now: work that queues itself again must not starve the descriptors.
    IntrusiveList<io::Ready, io::ReadyTag> batch;
    batch.splice(ready_);
    while (!batch.empty()) batch.pop_front().on_turn();
}

void Loop::run_posted() {
    Flag(has_posted_).store(false, std::memory_order_release);
    std::vector<Function<void()>> batch;
    {
        const std::lock_guard lock(inbox_->mutex);
        batch.swap(inbox_->work);
    }
    for (auto& work : batch) {
        try {
            work();
        } catch (const std::exception& error) {
            log(LogLevel::error, std::string("work posted to a loop threw: ") + error.what());
        } catch (...) {
            log(LogLevel::error, "work posted to a loop threw something that is not a std::exception");
        }
    }
}

void Loop::report_block(Duration held) noexcept {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(held).count();
    std::string message = "event loop held for " + std::to_string(milliseconds) + " ms by one turn";
    if (!activity_.empty()) message.append("; last handler entered: ").append(activity_);
    log(LogLevel::warn, message + "; move blocking work to offload()");
}

}  // namespace hyperlane

namespace hyperlane::io {

namespace {

// Ready awaits of all coroutines that had to wait for their turn: some milliseconds of work at most.
constexpr std::size_t deferred_awaits_per_turn = 4 * ready_budget;

}  // namespace

void Deferred::add(Ready& work) noexcept {
    waiting_.push_back(work);
    if (!linked()) loop_->enqueue(*this);
}

void Deferred::on_turn() noexcept {
    IntrusiveList<Ready, ReadyTag> batch;
    batch.splice(waiting_);
    for (std::size_t used = 0; !batch.empty() && used < deferred_awaits_per_turn;) {
        batch.pop_front().on_turn();
        used += 1 + ready_budget - ready_awaits_left;
    }
    // Those whose turn has not come stay before those who have had theirs.
    batch.splice(waiting_);
    waiting_.splice(batch);
    if (!waiting_.empty() && !linked()) loop_->enqueue(*this);
}

Timer::~Timer() {
    if (armed()) heap_->disarm(*this);
}

TimerHeap::~TimerHeap() {
    for (Timer* timer : timers_) timer->place_ = Timer::unarmed;
}

void TimerHeap::arm(Timer& timer, TimePoint due) {
    if (timer.armed()) {
        assert(timer.heap_ == this && "armed on another loop");
        timer.order_ = armed_count_++;
        const bool sooner = due < timer.due_;
        timer.due_ = due;
        if (sooner) {
            sift_up(timer.place_);
        } else {
            sift_down(timer.place_);
        }
        return;
    }
    timers_.push_back(&timer);
    timer.due_ = due;
    timer.order_ = armed_count_++;
    timer.heap_ = this;
    timer.place_ = timers_.size() - 1;
    sift_up(timer.place_);
}

void TimerHeap::disarm(Timer& timer) noexcept {
    if (!timer.armed()) return;
    const std::size_t hole = std::exchange(timer.place_, Timer::unarmed);
    Timer* last = timers_.back();
    timers_.pop_back();
    if (last == &timer) return;
    place(last, hole);
    sift_up(hole);
    sift_down(last->place_);
}

Timer* TimerHeap::pop_due(TimePoint now, std::uint64_t armed_before) noexcept {
    if (timers_.empty()) return nullptr;
    Timer* timer = timers_[0];
    if (timer->due_ > now || timer->order_ >= armed_before) return nullptr;
    disarm(*timer);
    return timer;
}

void TimerHeap::place(Timer* timer, std::size_t at) noexcept {
    timers_[at] = timer;
    timer->place_ = at;
}

void TimerHeap::sift_up(std::size_t at) noexcept {
    Timer* timer = timers_[at];
    while (at > 0) {
        const std::size_t parent = (at - 1) / 4;
        if (!earlier(*timer, *timers_[parent])) break;
        place(timers_[parent], at);
        at = parent;
    }
    place(timer, at);
}

void TimerHeap::sift_down(std::size_t at) noexcept {
    Timer* timer = timers_[at];
    for (;;) {
        const std::size_t first = at * 4 + 1;
        if (first >= timers_.size()) break;
        const std::size_t last = std::min(first + 4, timers_.size());
        std::size_t soonest = first;
        for (std::size_t child = first + 1; child < last; ++child) {
            if (earlier(*timers_[child], *timers_[soonest])) soonest = child;
        }
        if (!earlier(*timers_[soonest], *timer)) break;
        place(timers_[soonest], at);
        at = soonest;
    }
    place(timer, at);
}

}  // namespace hyperlane::io
