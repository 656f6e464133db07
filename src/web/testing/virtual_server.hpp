#pragma once

/// What the objects of a test client share: the dispatcher, its loop with a virtual clock, and the connections.

#include <hyperlane/http/shard.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/net/memory_stream.hpp>
#include <hyperlane/web/dispatcher.hpp>
#include <hyperlane/web/lifecycle.hpp>
#include <hyperlane/web/testing/test_client.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

/// A virtual clock that does not run beyond a limit, and tells why the loop has come to rest.
class TestBackend final : public io::Backend {
public:
    enum class Rest : std::uint8_t {
        none,
        limit,         ///< the next thing is due after the limit
        nothing_left,  ///< nothing is due at all
    };

    TestBackend() : clock_(io::make_virtual_backend()) {}

    /// in  `move_clock`: whether the clock goes to the limit when there is nothing to do before
    void run_to(TimePoint limit, bool move_clock) noexcept;
    [[nodiscard]] Rest rest() const noexcept { return rest_; }

    Result<> add(int fd, io::Readiness interest, io::Watcher& watcher) override {
        return clock_->add(fd, interest, watcher);
    }
    Result<> modify(int fd, io::Readiness interest, io::Watcher& watcher) override {
        return clock_->modify(fd, interest, watcher);
    }
    void remove(int fd) noexcept override { clock_->remove(fd); }
    std::span<io::BackendEvent> wait(TimePoint deadline, bool outside_work) noexcept override;
    /// Never none, so that a loop without timers asks this backend and does not end by itself.
    [[nodiscard]] std::size_t watched() const noexcept override { return 1; }
    [[nodiscard]] TimePoint now() const noexcept override { return clock_->now(); }
    void wake() noexcept override { clock_->wake(); }

private:
    std::unique_ptr<io::Backend> clock_;
    TimePoint limit_{};
    bool move_clock_ = false;
    Rest rest_ = Rest::none;
};

/// The client's end of one connection.
class TestWire final : net::StreamObserver {
public:
    TestWire(Loop& loop, std::unique_ptr<net::Stream> stream);
    ~TestWire();

    void send(std::string_view bytes);
    void set_reading(bool wanted) noexcept { stream_->set_read_interest(wanted); }
    void half_close() noexcept;
    void close() noexcept;

    /// What has come and was not taken.
    std::string received;
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] bool was_reset() const noexcept { return reset_; }
    [[nodiscard]] bool closed_by_us() const noexcept { return closed_; }

private:
    void on_readable() noexcept override;
    void on_writable() noexcept override { flush(); }
    void on_peer_closed(bool failed) noexcept override;
    void flush() noexcept;

    Loop* loop_;
    std::unique_ptr<net::Stream> stream_;
    std::string unsent_;
    bool half_close_due_ = false;
    bool ended_ = false;
    bool reset_ = false;
    bool closed_ = false;
};

class TestCore {
public:
    TestCore(std::unique_ptr<Dispatcher> dispatcher, TestClientOptions options);
    ~TestCore();

    /// Run the start-up hooks, and begin the periodic tasks.
    /// errors   throws TestClientError with what a hook says
    void start();

    /// Cancel what runs, let it unwind, run the shutdown hooks; nothing works afterwards.
    void end() noexcept;

    /// Run until `done()`, or as long as virtual time does not pass `length`.
    /// errors   throws TestClientError when called from a handler, or when real time shows that this does not end
    TestBackend::Rest run(Duration length, bool move_clock, const Function<bool()>& done);
    void settle();

    [[nodiscard]] std::unique_ptr<TestWire> connect();
    [[nodiscard]] std::unique_ptr<TestWire> take_wire(bool fresh);
    void keep_wire(std::unique_ptr<TestWire> wire);
    void drop_idle_wires();

    [[nodiscard]] Loop& loop() noexcept { return loop_; }
    [[nodiscard]] http::Shard& shard() noexcept { return shard_; }
    [[nodiscard]] TimePoint now() const noexcept { return backend_->now(); }
    [[nodiscard]] TimePoint started() const noexcept { return started_; }
    [[nodiscard]] const TestClientOptions& options() const noexcept { return options_; }

private:
    explicit TestCore(std::unique_ptr<Dispatcher> dispatcher, TestClientOptions options,
                      std::unique_ptr<TestBackend> backend);
    void stop() noexcept;

    TestClientOptions options_;
    Address peer_;
    Address local_;
    std::unique_ptr<Dispatcher> dispatcher_;
    TestBackend* backend_;  // the loop's
    Loop loop_;
    http::Shard shard_;
    Lifecycle lifecycle_;
    std::vector<std::unique_ptr<TestWire>> idle_;
    TimePoint started_;
    bool ended_ = false;
};

}  // namespace hyperlane::web
