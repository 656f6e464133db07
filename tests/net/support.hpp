#pragma once

/// What the tests of this room share: loops that count, an observer that remembers, pairs of sockets.

#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/net/stream.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hyperlane::net {

/// Passes everything on to a real backend and counts it.
class CountingBackend final : public io::Backend {
public:
    explicit CountingBackend(std::unique_ptr<io::Backend> real) : real_(std::move(real)) {}

    Result<> add(int fd, io::Readiness interest, io::Watcher& watcher) override {
        ++added;
        if (full) return fail(ErrorCode::system, "no space left");
        return real_->add(fd, interest, watcher);
    }
    Result<> modify(int fd, io::Readiness interest, io::Watcher& watcher) override {
        ++modified;
        return real_->modify(fd, interest, watcher);
    }
    void remove(int fd) noexcept override {
        ++removed;
        real_->remove(fd);
    }
    std::span<io::BackendEvent> wait(TimePoint deadline, bool outside_work) noexcept override {
        const auto events = real_->wait(deadline, outside_work);
        seen += events.size();
        largest_batch = std::max(largest_batch, events.size());
        return events;
    }
    [[nodiscard]] std::size_t watched() const noexcept override { return real_->watched(); }
    [[nodiscard]] TimePoint now() const noexcept override { return real_->now(); }
    void wake() noexcept override { real_->wake(); }

    int added = 0;
    int modified = 0;
    int removed = 0;
    std::size_t seen = 0;
    std::size_t largest_batch = 0;
    bool full = false;  // `add` fails

private:
    std::unique_ptr<io::Backend> real_;
};

/// A loop with a guard: `until` fails the test instead of hanging.
class TestLoop {
public:
    explicit TestLoop(std::unique_ptr<io::Backend> backend = *io::make_epoll_backend())
        : counts_(new CountingBackend(std::move(backend))), loop_(std::unique_ptr<io::Backend>(counts_)) {}

    [[nodiscard]] Loop& loop() noexcept { return loop_; }
    [[nodiscard]] CountingBackend& counts() noexcept { return *counts_; }

    void until(const std::function<bool()>& done) {
        Alarm guard;
        loop_.arm(guard, loop_.now() + std::chrono::seconds(20));
        loop_.run_until([&] { return done() || guard.rang; });
        EXPECT_TRUE(done()) << "did not happen";
    }

    /// Run everything that is ready now.
    void settle() {
        int turns = 0;
        Alarm soon;
        loop_.arm(soon, loop_.now());
        // Several turns, because what one turn does may make a peer ready for the next.
        loop_.run_until([&] {
            if (!soon.armed()) loop_.arm(soon, loop_.now());
            return ++turns > 8;
        });
    }

    /// Whether nothing at all is ready, so that the loop would sleep.
    [[nodiscard]] bool quiet() {
        settle();
        return loop_.backend().wait(loop_.now(), false).empty();
    }

    /// Run a coroutine to its end.
    template <typename T>
    T run(Task<T> task) {
        std::optional<JoinHandle<T>> handle;
        loop_.post([&] { handle.emplace(spawn(&TestLoop::pass<T>, std::move(task))); });
        until([&] { return handle && handle->done(); });
        std::optional<T> value;
        loop_.post([&] { spawn(&TestLoop::keep<T>, std::move(*handle), &value); });
        until([&] { return value.has_value(); });
        return std::move(*value);
    }

private:
    struct Alarm final : io::Timer {
        ~Alarm() = default;
        void on_timer() noexcept override { rang = true; }
        bool rang = false;
    };

    template <typename T>
    static Task<T> pass(Task<T> task) {
        co_return co_await std::move(task);
    }
    template <typename T>
    static Task<> keep(JoinHandle<T> handle, std::optional<T>* into) {
        into->emplace(co_await handle.join());
    }

    CountingBackend* counts_;
    Loop loop_;
};

/// Remembers what it was told, and reads everything when `reads`.
class Recorder final : public StreamObserver {
public:
    explicit Recorder(Stream& stream) : stream_(&stream) {}

    void on_readable() noexcept override {
        ++readable;
        if (reads) read_all();
        if (then) then();
    }
    void on_writable() noexcept override {
        ++writable;
        if (then_write) then_write();
    }
    void on_peer_closed(bool failed) noexcept override { ++(failed ? failures : ends); }

    void read_all() {
        char buffer[4096];
        do {
            last = stream_->read_some(buffer);
            received.append(buffer, last.bytes);
        } while (last.status == IoStatus::ok);
    }

    [[nodiscard]] bool finished() const { return last.status == IoStatus::end || last.status == IoStatus::failed; }

    bool reads = true;
    int readable = 0;
    int writable = 0;
    int ends = 0;
    int failures = 0;
    std::string received;
    IoResult last{.bytes = 0, .status = IoStatus::would_block};
    std::function<void()> then;
    std::function<void()> then_write;

private:
    Stream* stream_;
};

inline IoResult write(Stream& stream, std::string_view text) { return stream.write_some({&text, 1}); }

/// Two connected TCP sockets on the loopback interface, non-blocking.
inline std::pair<int, int> tcp_pair() {
    const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&at);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(listening, address, size), 0);
    EXPECT_EQ(::listen(listening, 1), 0);
    EXPECT_EQ(::getsockname(listening, address, &size), 0);
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(::connect(client, address, size), 0);
    const int server = ::accept(listening, nullptr, nullptr);
    EXPECT_GE(server, 0);
    ::close(listening);
    for (const int fd : {client, server}) ::fcntl(fd, F_SETFL, O_NONBLOCK);
    return {client, server};
}

inline std::pair<int, int> unix_pair() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    return {fds[0], fds[1]};
}

/// The descriptors of this process that are open, without the one that counting needs.
inline std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator()) -
           1;
}

/// A folder that removes itself.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "hyperlane-net-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

private:
    std::string path_;
};

}  // namespace hyperlane::net
