#pragma once

/// One HTTP/1.1 connection: reads heads and bodies, hands exchanges to the service one at a time and in order, writes
/// their responses (RFC 9112).
///
/// Pipelined requests wait for the response before them. Everything runs in calls of the loop; nothing blocks.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/http/exchange.hpp>
#include <hyperlane/http/h1/input.hpp>
#include <hyperlane/http/h1/output.hpp>
#include <hyperlane/http/shard.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/net/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperlane::http::h1 {

struct ConnectionTag;

class Connection final : Transport, net::StreamObserver, io::Timer, public ListHook<ConnectionTag> {
public:
    Connection(Shard& shard, std::unique_ptr<net::Stream> stream) noexcept;
    ~Connection();

    /// returns  false if the stream cannot be watched; the connection is then of no use
    [[nodiscard]] bool start();

    /// Close when nothing is being answered any more.
    void drain() noexcept;

    /// Drop the connection now; its exchange is told that the client has gone.
    void abandon() noexcept;

private:
    friend class Output;

    enum class Phase : std::uint8_t {
        head,       // a request is awaited; between requests when `input_` is empty
        body,       // the body is being gathered
        running,    // the service is at work; a streamed body may be arriving
        skip,       // answered; the rest of the body is read and dropped
        upgrading,  // a 101 is on its way; then another protocol takes over
        // everything is answered: flush, then close; what still comes is dropped, so that the client can read why
        closing,
        closed,
    };

    // net::StreamObserver
    void on_readable() noexcept override;
    void on_writable() noexcept override;
    void on_peer_closed(bool failed) noexcept override;
    // io::Timer
    void on_timer() noexcept override;
    // Transport
    Result<> write_head(Exchange& exchange, bool whole) override;
    Result<> write_data(Exchange& exchange, std::string_view data) override;
    void write_end(Exchange& exchange) noexcept override;
    Result<> upgrade(Exchange& exchange, Upgrade& receiver) override;
    void break_off(Exchange& exchange) noexcept override;
    void finish(Exchange& exchange) noexcept override;
    [[nodiscard]] std::uint64_t unsent_bytes() const noexcept override { return output_.pending_bytes(); }
    [[nodiscard]] std::uint64_t unsent_limit() const noexcept override { return shard_->limits().unsent_bytes; }
    void wait_for_drain(TransportWaiter& waiter) noexcept override { output_.wait(waiter); }
    void body_wanted(Exchange& exchange) noexcept override;
    [[nodiscard]] net::Address peer_address() const override { return stream_->peer_address(); }
    [[nodiscard]] net::Address local_address() const override { return stream_->local_address(); }

    // Reading: connection_read.cpp
    void receive(std::string_view bytes);
    void resume_input();
    std::size_t consume(std::string_view in);
    std::size_t consume_some(std::string_view in);
    std::size_t read_head(std::string_view in);
    void begin_exchange(std::string_view head_text);
    void begin_body(BodyPlan plan);
    std::size_t read_body(std::string_view in);
    std::size_t read_chunked(std::string_view in);
    void take_body(std::string_view data);
    void buy_time(std::size_t bytes) noexcept;
    void body_complete();
    void fail_body(int status, std::string_view reason);
    void give_up_body();
    void run();
    void on_end();
    void on_input_exhausted();
    [[nodiscard]] bool receiving_body() const noexcept;
    [[nodiscard]] bool wants_to_read() const noexcept {
        if (phase_ == Phase::head && !output_.waits_for_stream()) return !peer_ended_;
        return !peer_ended_ && has_room_for_input();
    }
    [[nodiscard]] bool has_room_for_input() const noexcept;

    // Writing: connection_write.cpp
    void decide_persistence(const Exchange& exchange) noexcept;
    [[nodiscard]] bool write_usual(Exchange& exchange);
    void end_usual(Exchange& exchange) noexcept;
    void write_special(Exchange& exchange, bool whole);
    void write_whole(Exchange& exchange);
    void write_fields(Exchange& exchange, bool whole, std::string_view body);
    char* write_framing(char* out, Exchange& exchange, bool whole) noexcept;
    void refuse(int status, std::string_view reason);
    // The response is out and the request is read: what now?
    void settle() noexcept {
        if (keep_alive_ && !shard_->draining()) {
            phase_ = Phase::head;
            await_request();
        } else {
            phase_ = Phase::closing;
            clear_deadline();
        }
    }
    // The deadline of an idle connection. While `consume` runs it may not be idle: that sets it at its end.
    void await_request() noexcept {
        if (consuming_) {
            deadline_due_ = true;
        } else {
            set_deadline(shard_->limits().keep_alive_timeout);
        }
    }
    void after_io() {
        if (!consuming_ && phase_ != Phase::closed) pass_on_io();
    }
    void pass_on_io();
    void hand_over();
    void close_down();
    void end() noexcept;
    void lose() noexcept;

    // Time: connection.cpp
    void set_deadline(std::chrono::milliseconds from_now) noexcept {
        deadline_due_ = false;
        deadline_ = from_now.count() == 0 ? TimePoint::max() : shard_->loop().now() + from_now;
        // Deadlines mostly move away: the timer stays where it is and looks again when it fires, which costs nothing
        // per request.
        if (!armed() || io::Timer::due() > deadline_) update_timer();
    }
    void clear_deadline() noexcept {
        deadline_due_ = false;
        deadline_ = TimePoint::max();
    }
    [[nodiscard]] TimePoint next_deadline() const noexcept;
    void update_timer() noexcept;
    void set_running_clock() noexcept;
    void on_deadline();
    void on_handler_deadline();

    Shard* shard_;
    std::unique_ptr<net::Stream> stream_;
    ExchangePtr exchange_;
    Input input_;
    Output output_;
    Upgrade* upgrade_ = nullptr;  // who takes over, while upgrading
    TimePoint deadline_ = TimePoint::max();
    std::uint32_t seen_ = 0;           // of `input_`, when its head was last found incomplete
    std::uint32_t dropped_bytes_ = 0;  // while skipping
    Phase phase_ = Phase::head;
    bool consuming_ : 1 = false;     // `consume` is on the stack and will go on by itself
    bool deadline_due_ : 1 = false;  // see `await_request`
    bool reading_ : 1 = true;
    bool peer_ended_ : 1 = false;
    bool body_paused_ : 1 = false;      // the client need not send: its body waits for the handler
    bool keep_alive_ : 1 = true;        // after the response that is due
    bool must_linger_ : 1 = false;      // bytes may still come that nobody will read
    bool half_closed_ : 1 = false;      // by us: lingering
    bool chunked_ : 1 = false;          // the response
    bool body_suppressed_ : 1 = false;  // the response has none: HEAD, 204, 304
    bool timed_out_ : 1 = false;        // the handler has been cancelled for taking too long
};

}  // namespace hyperlane::http::h1
