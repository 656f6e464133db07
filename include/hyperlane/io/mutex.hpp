#pragma once

/// Taking turns between coroutines of one loop: `auto guard = co_await mutex.lock();`
///
/// A std::mutex must not be held over a `co_await`; these may. They are for state that several tasks change in more
/// than one step, and for bounding how many do something at once.

#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/io/operation.hpp>

#include <cassert>
#include <cstddef>

namespace hyperlane {

/// A number of places. First come, first served: a place that is given back goes to whoever has waited longest, and
/// cannot be snatched by a newcomer. Must outlive its permits and whoever waits.
///
/// threads  all on one loop
class Semaphore {
    struct WaitTag;

public:
    explicit Semaphore(std::size_t places) noexcept : free_(places) {}
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;
    ~Semaphore() { assert(waiting_.empty() && "destroyed while a task waits for it"); }

    /// Holds one place until it is destroyed or released.
    class [[nodiscard("dropping a permit gives the place back")]] Permit {
    public:
        Permit(Permit&& other) noexcept : semaphore_(other.semaphore_) { other.semaphore_ = nullptr; }
        Permit& operator=(Permit&& other) noexcept {
            if (this != &other) {
                release();
                semaphore_ = other.semaphore_;
                other.semaphore_ = nullptr;
            }
            return *this;
        }
        ~Permit() { release(); }

        /// Give the place back early. Idempotent.
        void release() noexcept {
            Semaphore* const held = semaphore_;
            semaphore_ = nullptr;
            if (held != nullptr) held->give_back();
        }

    private:
        friend class Semaphore;
        explicit Permit(Semaphore& semaphore) noexcept : semaphore_(&semaphore) {}
        Semaphore* semaphore_;
    };

    class Acquire final : io::Operation, ListHook<WaitTag> {
    public:
        ~Acquire() {
            if (granted_) semaphore_->give_back();
        }
        bool await_ready() const noexcept { return false; }
        template <typename Promise>
        bool await_suspend(std::coroutine_handle<Promise> waiter) noexcept {
            return suspend_unless_ready(waiter);
        }
        Permit await_resume() {
            throw_if_cancelled();
            granted_ = false;
            return Permit(*semaphore_);
        }

    private:
        friend class Semaphore;
        friend class IntrusiveList<Acquire, WaitTag>;
        explicit Acquire(Semaphore& semaphore) noexcept : semaphore_(&semaphore) {}
        bool begin() noexcept override {
            granted_ = semaphore_->take();
            if (!granted_) semaphore_->waiting_.push_back(*this);
            return granted_;
        }
        void grant() noexcept {
            granted_ = true;
            resume_soon();
        }
        void detach() noexcept override { ListHook<WaitTag>::unlink(); }

        Semaphore* semaphore_;
        bool granted_ = false;
    };

    /// cancel   throws `Cancelled`; no place is taken
    [[nodiscard("does nothing until it is awaited")]] Acquire acquire() noexcept { return Acquire(*this); }

    [[nodiscard]] std::size_t available() const noexcept { return free_; }

private:
    bool take() noexcept {
        if (free_ == 0) return false;
        --free_;
        return true;
    }

    void give_back() noexcept {
        if (waiting_.empty()) {
            ++free_;
        } else {
            waiting_.pop_front().grant();
        }
    }

    std::size_t free_;
    IntrusiveList<Acquire, WaitTag> waiting_;
};

/// One place.
class Mutex {
public:
    using Guard = Semaphore::Permit;

    /// cancel   throws `Cancelled`; the mutex is not locked
    [[nodiscard("does nothing until it is awaited")]] Semaphore::Acquire lock() noexcept { return place_.acquire(); }

    [[nodiscard]] bool locked() const noexcept { return place_.available() == 0; }

private:
    Semaphore place_{1};
};

}  // namespace hyperlane
