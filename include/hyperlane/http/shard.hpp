#pragma once

/// Everything HTTP that belongs to one loop: its connections, its pool of exchanges, its buffers and counters.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/function.hpp>
#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/sanitizer.hpp>
#include <hyperlane/http/cork.hpp>
#include <hyperlane/http/exchange.hpp>
#include <hyperlane/http/limits.hpp>
#include <hyperlane/http/service.hpp>
#include <hyperlane/http/upgrade.hpp>
#include <hyperlane/net/stream.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hyperlane::http {

namespace h1 {
class Connection;
struct ConnectionTag;
}  // namespace h1

/// Written by one loop, read by anybody: no lock and no atomic read-modify-write on the path of a request.
class Counter {
public:
    void operator++() noexcept { value_.store(get() + 1, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// What one loop has done since it started.
struct Counters {
    Counter connections_accepted;
    Counter requests;
    Counter refused;           ///< malformed requests answered by the protocol itself
    Counter timed_out;         ///< heads, bodies, handlers, writes
    Counter connections_lost;  ///< while a request was being answered
};

class Shard {
public:
    Shard(Loop& loop, Service& service, const Limits& limits);
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;
    /// Drops every connection. The loop must have no tasks left that hold exchanges.
    ~Shard();

    /// Serve HTTP/1.1 on a connected stream.
    void serve(std::unique_ptr<net::Stream> stream);

    /// Stop being persistent: idle connections close, busy ones when they have answered.
    void drain() noexcept;
    /// Drop everything now.
    void abandon() noexcept;

    /// Count a connection that leaves HTTP, and tell it when this ends. If it ends already: drained at once.
    void adopt(UpgradedConnection& connection) noexcept;
    void release(UpgradedConnection& connection) noexcept;

    [[nodiscard]] std::size_t connection_count() const noexcept { return connection_count_; }
    /// Called whenever a connection has ended.
    void on_connection_closed(Function<void()> notify) { closed_ = std::move(notify); }

    [[nodiscard]] Loop& loop() const noexcept { return *loop_; }
    [[nodiscard]] Service& service() const noexcept { return *service_; }
    [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
    [[nodiscard]] const HeadLimits& head_limits() const noexcept { return head_limits_; }
    [[nodiscard]] Counters& counters() noexcept { return counters_; }
    [[nodiscard]] const Counters& counters() const noexcept { return counters_; }
    [[nodiscard]] bool draining() const noexcept { return draining_; }

    // For connections.
    static constexpr std::size_t receive_bytes = 64 * 1024;
    [[nodiscard]] std::span<char> receive_buffer() noexcept { return {receive_buffer_.get(), receive_bytes}; }
    [[nodiscard]] Cork& cork() noexcept { return cork_; }
    /// An exchange to parse into; it stays the shard's until it is taken.
    [[nodiscard]] Exchange& spare_exchange() { return spare_ != nullptr ? *spare_ : find_spare(); }
    [[nodiscard]] ExchangePtr take_spare_exchange() { return ExchangePtr(*spare_.release()); }
    /// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", rendered once a second.
    [[nodiscard]] std::string_view date_line() {
        if (loop_->now() >= date_due_) [[unlikely]]
            render_date();
        return {date_line_.data(), date_line_.size()};
    }
    void connection_ended(h1::Connection& connection) noexcept;

private:
    friend class Exchange;
    /// One that nobody uses any more, as good as new, goes back to the pool.
    void keep_spare(Exchange& exchange) noexcept {
        if (HYPERLANE_ASAN || spare_ != nullptr) return keep_one_more(exchange);
        spare_.reset(&exchange);
    }
    void keep_one_more(Exchange& exchange) noexcept;
    Exchange& find_spare();
    void render_date() noexcept;

    Loop* loop_;
    Service* service_;
    Limits limits_;
    HeadLimits head_limits_;
    Cork cork_;
    std::unique_ptr<char[]> receive_buffer_;
    std::unique_ptr<Exchange> spare_;  // the next to be used; as long as handlers do not suspend, the only one
    std::vector<std::unique_ptr<Exchange>> more_spares_;
    IntrusiveList<h1::Connection, h1::ConnectionTag> connections_;
    IntrusiveList<UpgradedConnection, UpgradedTag> upgraded_;
    std::size_t connection_count_ = 0;
    Function<void()> closed_;
    std::array<char, 6 + 29 + 2> date_line_;
    TimePoint date_due_{};
    Counters counters_;
    bool draining_ = false;
};

inline void Exchange::give_back() noexcept {
    if (shard_ != nullptr) shard_->keep_spare(*this);
}

}  // namespace hyperlane::http
