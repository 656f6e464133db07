#include <hyperlane/io/backend.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace hyperlane::io {

namespace {

constexpr std::size_t batch_size = 512;

std::uint32_t to_epoll(Readiness interest) noexcept {
    std::uint32_t events = 0;
    if (interest.readable) events |= EPOLLIN;
    if (interest.writable) events |= EPOLLOUT;
    if (interest.peer_closed) events |= EPOLLRDHUP;
    return events;
}

Readiness from_epoll(std::uint32_t events) noexcept {
    if (events == EPOLLIN) [[likely]]
        return {.readable = true};
    return {.readable = (events & EPOLLIN) != 0,
            .writable = (events & EPOLLOUT) != 0,
            .peer_closed = (events & (EPOLLRDHUP | EPOLLHUP)) != 0,
            .failed = (events & (EPOLLERR | EPOLLHUP)) != 0};
}

class EpollBackend final : public Backend {
public:
    EpollBackend(int epoll_fd, int wake_fd) noexcept : epoll_fd_(epoll_fd), wake_fd_(wake_fd) {}
    EpollBackend(const EpollBackend&) = delete;
    EpollBackend& operator=(const EpollBackend&) = delete;
    ~EpollBackend() override {
        ::close(wake_fd_);
        ::close(epoll_fd_);
    }

    Result<> add(int fd, Readiness interest, Watcher& watcher) override {
        auto added = control(EPOLL_CTL_ADD, fd, interest, &watcher, "epoll_ctl add");
        if (added) ++watched_;
        return added;
    }

    Result<> modify(int fd, Readiness interest, Watcher& watcher) override {
        return control(EPOLL_CTL_MOD, fd, interest, &watcher, "epoll_ctl modify");
    }

    void remove(int fd) noexcept override {
        if (::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr) == 0) --watched_;
    }

    std::span<BackendEvent> wait(TimePoint deadline, bool) noexcept override {
        const int count =
            ::epoll_wait(epoll_fd_, raw_.data(), static_cast<int>(raw_.size()), milliseconds_to(deadline));
        std::size_t kept = 0;
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = raw_[static_cast<std::size_t>(i)];
            if (event.data.ptr == nullptr) {
                std::uint64_t ignored;
                [[maybe_unused]] const auto got = ::read(wake_fd_, &ignored, sizeof ignored);
                continue;
            }
            events_[kept++] = {static_cast<Watcher*>(event.data.ptr), from_epoll(event.events)};
        }
        return {events_.data(), kept};
    }

    [[nodiscard]] std::size_t watched() const noexcept override { return watched_; }

    [[nodiscard]] TimePoint now() const noexcept override { return last_read_ = Clock::now(); }

    void wake() noexcept override {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto put = ::write(wake_fd_, &one, sizeof one);
    }

private:
    Result<> control(int operation, int fd, Readiness interest, Watcher* watcher, const char* doing) {
        epoll_event event{};
        event.events = to_epoll(interest);
        event.data.ptr = watcher;
        if (::epoll_ctl(epoll_fd_, operation, fd, &event) != 0) return fail_errno(errno, doing);
        return {};
    }

    // Rounded up: waking before the deadline would spin until it has come. Counted from the start of this turn, which
    // saves reading the clock a second time and makes timers late by no more than the turn took.
    [[nodiscard]] int milliseconds_to(TimePoint deadline) const noexcept {
        if (deadline == TimePoint::max()) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - last_read_).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, 24 * 3600 * 1000));
    }

    int epoll_fd_;
    int wake_fd_;
    std::size_t watched_ = 0;
    mutable TimePoint last_read_ = Clock::now();
    std::array<epoll_event, batch_size> raw_;
    std::array<BackendEvent, batch_size> events_;
};

// Children inherit this over exec. Done here because no socket is served without such a backend.
void ignore_broken_pipes() noexcept {
    struct sigaction action{};
    if (::sigaction(SIGPIPE, nullptr, &action) != 0 || action.sa_handler != SIG_DFL) return;
    action.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &action, nullptr);
}

}  // namespace

Result<std::unique_ptr<Backend>> make_epoll_backend() {
    ignore_broken_pipes();
    const int epoll_fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) return fail_errno(errno, "epoll_create1");
    const int wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0) {
        const int error = errno;
        ::close(epoll_fd);
        return fail_errno(error, "eventfd");
    }
    auto backend = std::make_unique<EpollBackend>(epoll_fd, wake_fd);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    if (::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &event) != 0) return fail_errno(errno, "epoll_ctl add eventfd");
    return backend;
}

}  // namespace hyperlane::io
