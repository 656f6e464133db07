#include <hyperlane/http/h1/connection.hpp>
#include <hyperlane/io/log.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace hyperlane::http::h1 {

namespace {

// How long a cancelled handler may take to unwind before its connection is dropped.
constexpr std::chrono::milliseconds unwind_time{5'000};

}  // namespace

Connection::Connection(Shard& shard, std::unique_ptr<net::Stream> stream) noexcept
    : shard_(&shard), stream_(std::move(stream)), output_(shard, shard.cork(), *this) {}

Connection::~Connection() = default;

bool Connection::start() {
    if (const auto attached = stream_->attach(shard_->loop(), *this); !attached) {
        log(LogLevel::warn, "a connection cannot be watched: " + attached.error().message);
        phase_ = Phase::closed;
        return false;
    }
    set_deadline(shard_->limits().head_timeout);
    return true;
}

void Connection::on_writable() noexcept {
    output_.flush_pending();
    if (phase_ == Phase::head && !output_.failed()) {
        if (!input_.empty()) resume_input();
        // The connection is idle only now that its responses have been taken.
        if (phase_ == Phase::head && seen_ == 0 && !output_.waits_for_stream()) settle();
    }
    after_io();
}

void Connection::on_peer_closed(bool failed) noexcept {
    const bool gone = phase_ == Phase::running && !shard_->limits().allow_half_close;
    if (failed || gone) lose();
}

void Connection::drain() noexcept {
    if (phase_ == Phase::head && seen_ == 0 && !output_.waits_for_stream()) return end();
    if (phase_ != Phase::running || !exchange_->ends_at_drain()) return;
    const ExchangePtr keep = exchange_;
    keep->close();
    keep->abort();
}

void Connection::abandon() noexcept { lose(); }

void Connection::end() noexcept {
    if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
    output_.discard();
    exchange_ = ExchangePtr();
    shard_->loop().disarm(*this);
    stream_->close();
    shard_->connection_ended(*this);
}

void Connection::lose() noexcept {
    if (phase_ == Phase::closed) return;
    if (exchange_ && exchange_->connected()) {
        ++shard_->counters().connections_lost;
        exchange_->lose_transport();
    }
    end();
}

TimePoint Connection::next_deadline() const noexcept {
    const auto write_timeout = shard_->limits().write_timeout;
    if (!output_.waits_for_stream() || write_timeout.count() == 0) return deadline_;
    return std::min(deadline_, output_.last_progress() + write_timeout);
}

void Connection::update_timer() noexcept {
    const TimePoint due = next_deadline();
    if (due == TimePoint::max() || (armed() && io::Timer::due() <= due)) return;
    shard_->loop().arm(*this, due);
}

void Connection::on_timer() noexcept {
    if (shard_->loop().now() < next_deadline()) return update_timer();
    on_deadline();
}

// While the service is at work: the client's time to send its body, else the handler's to begin its response.
void Connection::set_running_clock() noexcept {
    if (timed_out_) return;  // what is left is the time to unwind
    if (receiving_body()) {
        set_deadline(shard_->limits().body_grace);
    } else if (exchange_->stage() == Stage::open) {
        set_deadline(shard_->limits().handler_timeout);
    } else {
        clear_deadline();
    }
}

void Connection::on_deadline() {
    if (shard_->loop().now() < deadline_) {
        ++shard_->counters().timed_out;
        log(LogLevel::debug, "a client took nothing of its response for too long; dropped");
        stream_->close(true);
        return lose();
    }
    clear_deadline();
    switch (phase_) {
        case Phase::head:
            // Close without a 408 where nothing was asked: browsers show its body to people, yet quietly retry after a
            // bare close (RFC 9110 15.5.9).
            if (seen_ == 0 && output_.waits_for_stream()) break;  // not idle: `write_timeout` bounds this
            if (seen_ == 0) return end();
            ++shard_->counters().timed_out;
            refuse(408, "the request head did not arrive in time");
            break;
        case Phase::body:
            ++shard_->counters().timed_out;
            fail_body(408, "the request body arrived too slowly");
            break;
        case Phase::running: on_handler_deadline(); break;
        case Phase::skip: give_up_body(); break;
        case Phase::upgrading: return lose();
        case Phase::closing: return end();
        case Phase::closed: return;
    }
    after_io();
}

void Connection::on_handler_deadline() {
    if (timed_out_) {
        log(LogLevel::error,
            "a cancelled handler did not end; its connection is dropped: " + std::string(exchange_->path()));
        return lose();
    }
    ++shard_->counters().timed_out;
    if (receiving_body()) return fail_body(408, "the request body arrived too slowly");
    timed_out_ = true;
    exchange_->refusal = {503, "the request took too long"};
    set_deadline(unwind_time);
    exchange_->scope().cancel();
}

}  // namespace hyperlane::http::h1
