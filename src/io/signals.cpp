#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/signals.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace hyperlane {

namespace {

constexpr int signal_limit = 65;  // one above the highest that Linux has

// What the handler touches: lock-free atomics that live for ever, and a write to a descriptor.
struct Caught {
    std::atomic<int> wake_fd = -1;  // -1: nobody catches this signal
    std::atomic<std::uint32_t> pending = 0;
};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<std::uint32_t>::is_always_lock_free);

std::array<Caught, signal_limit> caught;
std::atomic<int> handlers_running = 0;
std::mutex registration;

void on_signal(int signal) {
    const int error = errno;
    handlers_running.fetch_add(1);
    Caught& entry = caught[static_cast<std::size_t>(signal)];
    if (const int fd = entry.wake_fd.load(); fd >= 0) {
        entry.pending.fetch_add(1);
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto put = ::write(fd, &one, sizeof one);
    }
    handlers_running.fetch_sub(1);
    errno = error;
}

}  // namespace

class Signals::Impl final : io::Watcher {
public:
    Impl(Loop& loop, Callback callback) : loop_(loop), callback_(std::move(callback)) {}
    ~Impl();

    Result<> start();
    Result<> take(int signal);

private:
    struct Former {
        int signal;
        struct sigaction action;
    };

    void on_ready(io::Readiness) noexcept override;
    void tell(int signal) noexcept;

    Loop& loop_;
    Callback callback_;
    Descriptor wake_;
    bool watching_ = false;
    std::vector<Former> former_;
    std::size_t count_ = 0;
};

Result<> Signals::Impl::start() {
    wake_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake_) return fail_errno(errno, "eventfd");
    auto added = loop_.backend().add(wake_.get(), {.readable = true}, *this);
    watching_ = added.has_value();
    return added;
}

Result<> Signals::Impl::take(int signal) {
    const std::string doing = "catch signal " + std::to_string(signal);
    if (signal <= 0 || signal >= signal_limit) return fail(ErrorCode::invalid_argument, doing + ": no such signal");
    Caught& entry = caught[static_cast<std::size_t>(signal)];

    const std::lock_guard lock(registration);
    if (entry.wake_fd.load() >= 0) return fail(ErrorCode::already_exists, doing + ": it is being caught already");
    former_.reserve(former_.size() + 1);
    entry.pending.store(0);
    entry.wake_fd.store(wake_.get());

    struct sigaction action{};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    Former former{.signal = signal, .action = {}};
    if (::sigaction(signal, &action, &former.action) != 0) {
        entry.wake_fd.store(-1);
        return fail_errno(errno, doing);
    }
    former_.push_back(former);
    return {};
}

Signals::Impl::~Impl() {
    {
        const std::lock_guard lock(registration);
        for (const Former& former : former_) {
            ::sigaction(former.signal, &former.action, nullptr);
            caught[static_cast<std::size_t>(former.signal)].wake_fd.store(-1);
        }
    }
    // A handler on another thread may have read the descriptor: it must not write to whatever gets that number next.
    while (handlers_running.load() != 0) std::this_thread::yield();
    if (watching_) loop_.backend().remove(wake_.get());
}

void Signals::Impl::on_ready(io::Readiness) noexcept {
    std::uint64_t ignored;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &ignored, sizeof ignored);
    for (const Former& former : former_) {
        auto left = caught[static_cast<std::size_t>(former.signal)].pending.exchange(0);
        while (left-- > 0) tell(former.signal);
    }
}

void Signals::Impl::tell(int signal) noexcept {
    try {
        callback_(signal, ++count_);
    } catch (const std::exception& error) {
        log(LogLevel::error, std::string("a signal callback threw: ") + error.what());
    } catch (...) {
        log(LogLevel::error, "a signal callback threw something that is not a std::exception");
    }
}

Result<std::unique_ptr<Signals>> Signals::listen(Loop& loop, std::initializer_list<int> signals, Callback callback) {
    auto impl = std::make_unique<Impl>(loop, std::move(callback));
    if (auto started = impl->start(); !started) return std::unexpected(std::move(started.error()));
    for (const int signal : signals) {
        if (auto taken = impl->take(signal); !taken) return std::unexpected(std::move(taken.error()));
    }
    return std::unique_ptr<Signals>(new Signals(std::move(impl)));
}

Signals::Signals(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Signals::~Signals() = default;

}  // namespace hyperlane
