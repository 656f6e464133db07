#pragma once

/// One loop of a server with its share of the listeners, in a thread of its own.

#include <hyperlane/http/shard.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/net/listener.hpp>
#include <hyperlane/web/lifecycle.hpp>

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace hyperlane::web {

/// Run `task` on `loop`, on this thread, until it has ended.
[[nodiscard]] Result<> run_to_end(Loop& loop, Task<Result<>> task);

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
    /// Run the loop on the calling thread.
    void run_here();
    /// Keep the loop running when it is drained, until `release`. Before it runs.
    void hold() noexcept { held_ = true; }
    /// Any thread.
    void release();
    /// Do not accept yet, or from now on. Before the loop runs.
    void accept(bool wanted);
    /// What the worker does beside serving, if it is the one for that.
    void set_lifecycle(Lifecycle& lifecycle) noexcept { lifecycle_ = &lifecycle; }
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
    void run_loop();

    Loop loop_;
    http::Shard shard_;
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    std::size_t most_connections_;
    Lifecycle* lifecycle_ = nullptr;
    bool draining_ = false;
    bool held_ = false;
    bool paused_ = false;
    std::thread thread_;
};

}  // namespace hyperlane::web
