#include "web/worker.hpp"
#include <hyperlane/io/log.hpp>

#include <string>
#include <utility>

#include <pthread.h>

namespace hyperlane::web {

Result<> run_to_end(Loop& loop, Task<Result<>> task) {
    const auto ending = begin_on(loop, std::move(task));
    loop.run_until([&] { return ending->ended; });
    return ending->ended ? ending->result : fail(ErrorCode::unavailable, "it waits for nothing that could happen");
}

Worker::Worker(std::unique_ptr<io::Backend> backend, http::Service& service, const Limits& limits,
               std::size_t most_connections)
    : loop_(std::move(backend)), shard_(loop_, service, limits), most_connections_(most_connections) {
    shard_.on_connection_closed([this] { on_connection_closed(); });
}

// What was posted after the loop had ended, such as a second `drain`, runs while there still is a shard.
Worker::~Worker() {
    join();
    loop_.shutdown();
}

Result<> Worker::add_listener(std::unique_ptr<net::Listener> listener) {
    if (auto started = listener->start(loop_, *this); !started) return started;
    listeners_.push_back(std::move(listener));
    return {};
}

void Worker::start_thread(std::size_t index, Function<void()> ended) {
    thread_ = std::thread([this, ended = std::move(ended)] {
        run_loop();
        if (ended) ended();
    });
    ::pthread_setname_np(thread_.native_handle(), ("loop-" + std::to_string(index)).c_str());
}

void Worker::run_here() { run_loop(); }

void Worker::run_loop() {
    loop_.run();
    if (lifecycle_ != nullptr) {
        const Result<> stopped = run_to_end(loop_, as_result(lifecycle_->stop(shard_.limits().drain_timeout)));
        if (!stopped) log(LogLevel::error, "shutdown hooks: " + stopped.error().message);
    }
    loop_.shutdown();
}

void Worker::accept(bool wanted) {
    for (const auto& listener : listeners_) {
        if (wanted) {
            listener->resume();
        } else {
            listener->pause();
        }
    }
}

void Worker::release() {
    loop_.post([this] {
        held_ = false;
        end_if_idle();
    });
}

void Worker::join() {
    if (thread_.joinable()) thread_.join();
}

void Worker::drain() {
    loop_.post([this] { begin_drain(); });
}

void Worker::abandon() {
    loop_.post([this] {
        begin_drain();
        shard_.abandon();
        if (lifecycle_ != nullptr) lifecycle_->abandon();
        end_if_idle();
    });
}

void Worker::on_accept(std::unique_ptr<net::Stream> stream) noexcept {
    shard_.serve(std::move(stream));
    if (shard_.connection_count() < most_connections_ || paused_) return;
    paused_ = true;
    log(LogLevel::warn,
        "connection limit of " + std::to_string(most_connections_) + " per loop reached: accepting pauses");
    for (const auto& listener : listeners_) listener->pause();
}

void Worker::on_connection_closed() {
    for (const auto& listener : listeners_) listener->descriptor_freed();
    if (paused_ && shard_.connection_count() < most_connections_) {
        paused_ = false;
        for (const auto& listener : listeners_) listener->resume();
    }
    end_if_idle();
}

void Worker::begin_drain() {
    if (std::exchange(draining_, true)) return;
    for (const auto& listener : listeners_) listener->close();
    const auto limit = shard_.limits().drain_timeout;
    if (limit.count() > 0) loop_.arm(*this, loop_.now() + limit);
    if (lifecycle_ != nullptr) lifecycle_->stop_periodic();
    shard_.drain();
    end_if_idle();
}

void Worker::end_if_idle() {
    if (draining_ && !held_ && shard_.connection_count() == 0) loop_.stop();
}

}  // namespace hyperlane::web
