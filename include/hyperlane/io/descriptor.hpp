#pragma once

/// File descriptors: one that is owned, and waiting until one is ready.

#include <hyperlane/base/result.hpp>
#include <hyperlane/io/backend.hpp>
#include <hyperlane/io/operation.hpp>

#include <optional>
#include <utility>

namespace hyperlane {

/// Owns a file descriptor and closes it.
class Descriptor {
public:
    Descriptor() noexcept = default;
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) reset(other.release());
        return *this;
    }
    ~Descriptor() { reset(); }

    [[nodiscard]] int get() const noexcept { return fd_; }
    [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }

    /// Give up ownership without closing.
    [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }

    /// Close what is owned, own `fd` instead. errno is left as it was.
    void reset(int fd = -1) noexcept;

private:
    int fd_ = -1;
};

namespace io {

/// Waits once: the descriptor is watched from the suspension to the resumption.
class WaitReady final : Operation, Watcher {
public:
    WaitReady(int fd, Readiness interest) noexcept : fd_(fd), interest_(interest) {}
    ~WaitReady() { detach(); }

    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    bool await_suspend(std::coroutine_handle<Promise> waiter) {
        return suspend_unless_ready(waiter);
    }
    Result<Readiness> await_resume();

private:
    bool begin() override;
    void on_ready(Readiness readiness) noexcept override;
    void detach() noexcept override;

    int fd_;
    Readiness interest_;
    bool watching_ = false;
    Readiness told_;
    std::optional<Error> error_;
};

}  // namespace io

/// `co_await readable(fd)`: wait until a read would not block. The descriptor must stay open meanwhile.
///
/// returns  what it is ready for; `peer_closed` and `failed` count as ready
/// errors   what the backend says: already watched, or of a kind that cannot be (a regular file never blocks)
/// cost     two system calls beside the wait: for now and then, not for every request
/// cancel   throws `Cancelled`
[[nodiscard("does nothing until it is awaited")]] inline io::WaitReady readable(int fd) noexcept {
    return io::WaitReady(fd, io::Readiness{.readable = true});
}

/// The same for a write.
[[nodiscard("does nothing until it is awaited")]] inline io::WaitReady writable(int fd) noexcept {
    return io::WaitReady(fd, io::Readiness{.writable = true});
}

}  // namespace hyperlane
