#pragma once

/// The seam between a loop and what tells it that something is ready: epoll, or a twin in memory with a clock of its
/// own.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace hyperlane {
class Loop;
}

namespace hyperlane::io {

/// What a watcher waits for, and what it is told.
struct Readiness {
    bool readable : 1 = false;
    bool writable : 1 = false;
    bool peer_closed : 1 = false;  ///< the peer has sent its last byte; bytes may still be waiting
    bool failed : 1 = false;       ///< reset, or both directions closed

    friend bool operator==(const Readiness&, const Readiness&) = default;
};

struct BackendEvent;

/// Told by its loop when its descriptor is ready. An event that is waiting to be dispatched dies with its watcher, so a
/// watcher may be destroyed at any time, also by another one's `on_ready`; take its descriptor out of the backend
/// first.
class Watcher {
public:
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;

    virtual void on_ready(Readiness readiness) noexcept = 0;

    /// Drop the event of this turn that has not been told yet: it is about a descriptor that is not watched any more.
    void drop_pending() noexcept;

protected:
    Watcher() = default;
    ~Watcher() { drop_pending(); }

private:
    friend class hyperlane::Loop;
    BackendEvent* pending_ = nullptr;
};

struct BackendEvent {
    Watcher* watcher;  ///< null when it has gone
    Readiness readiness;
};

inline void Watcher::drop_pending() noexcept {
    if (pending_ == nullptr) return;
    pending_->watcher = nullptr;
    pending_ = nullptr;
}

/// All members but `wake` are called by the loop's own thread.
class Backend {
public:
    virtual ~Backend() = default;

    virtual Result<> add(int fd, Readiness interest, Watcher& watcher) = 0;
    virtual Result<> modify(int fd, Readiness interest, Watcher& watcher) = 0;
    virtual void remove(int fd) noexcept = 0;

    /// Wait until something is ready, `deadline` has come, or `wake` was called.
    ///
    /// in       deadline: TimePoint::max() waits for ever, anything not after now() only looks;
    ///          outside_work: another thread is working for this loop and will wake it (a virtual clock must not run
    ///          ahead)
    /// returns  events, one for a watcher at most, valid until the next call
    virtual std::span<BackendEvent> wait(TimePoint deadline, bool outside_work) noexcept = 0;

    /// How many descriptors are watched.
    [[nodiscard]] virtual std::size_t watched() const noexcept = 0;

    [[nodiscard]] virtual TimePoint now() const noexcept = 0;

    /// Make the current or next `wait` return. Safe from any thread and from signal handlers.
    virtual void wake() noexcept = 0;
};

/// Level-triggered epoll. Makes the process ignore SIGPIPE if it has not decided otherwise: sendfile(2) raises it
/// when a peer has gone, and has no flag against it.
[[nodiscard]] Result<std::unique_ptr<Backend>> make_epoll_backend();

/// No descriptors; its clock stands still while there is work and jumps to the next deadline when there is none.
[[nodiscard]] std::unique_ptr<Backend> make_virtual_backend();

}  // namespace hyperlane::io
