#pragma once

/// One loop of a server with its share of the listeners, in a thread of its own.

#include <hyperlane/http/shard.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/net/listener.hpp>

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace hyperlane::web {

class Worker final : net::Acceptor, io::Timer {
public:
    /// in  `most_connections`: at which accepting pauses
    Worker(std::unique_ptr<io::Backend> backend, http::Service& service, const Limits& limits,
           std::size_t most_connections);
    ~Worker();

    Result<> add_listener(std::unique_ptr<net::Listener> listener);
    /// Run the loop in a thread of its own; `ended` is called by it.
    void start_thread(std::size_t index, Function<void()> ended);
    void join();
    /// Run the loop on the calling thread, until it is drained and `release` has been called.
    void run_here();
    /// Any thread.
    void release();
    [[nodiscard]] Loop& loop() noexcept { return loop_; }

    /// Any thread.
    void drain();
    void abandon();

    [[nodiscard]] const http::Counters& counters() const noexcept { return shard_.counters(); }

private:
    void on_accept(std::unique_ptr<net::Stream> stream) noexcept override;
    void on_timer() noexcept override { shard_.abandon(); }
    void on_connection_closed();
    void begin_drain();
    void end_if_idle();

    Loop loop_;
    http::Shard shard_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    std::size_t most_connections_;
    bool draining_ = false;
    bool held_ = false;
    bool paused_ = false;
    std::thread thread_;
};

}  // namespace hyperlane::web
