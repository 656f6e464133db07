#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/shard.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/ws/session.hpp>
#include "ws/pending.hpp"
#include "ws/remote_link.hpp"
#include "ws/thread.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstring>
#include <utility>

namespace hyperlane::websocket {

namespace {

TimePoint after(TimePoint from, std::chrono::milliseconds length) noexcept {
    return length.count() == 0 ? TimePoint::max() : from + length;
}

}  // namespace

void SessionPtr::let_go(SessionCount& count) noexcept {
    auto& session = static_cast<Session&>(count);
    if (count.references_ == 0) {
        session.loop().dispose(std::unique_ptr<Session>(&session));
    } else if (session.self_) {
        session.close(close_code::normal, {});  // nobody is there any more who could
    }
}

Session::Session(Loop& loop, std::unique_ptr<net::Stream> stream, SessionSetup&& setup)
    : loop_(&loop),
      stream_(std::move(stream)),
      options_(std::move(setup.options)),
      shard_(setup.shard),
      scope_(setup.scope),
      subprotocol_(setup.subprotocol),
      decoder_(setup.role == Role::server ? Role::client : Role::server, setup.deflate.has_value()),
      last_received_(loop.now()),
      role_(setup.role) {
    if (!setup.deflate) return;
    const DeflateParameters& agreed = *setup.deflate;
    const bool server = role_ == Role::server;
    deflate_ = true;
    own_context_ = !(server ? agreed.server_no_context_takeover : agreed.client_no_context_takeover);
    peer_context_ = !(server ? agreed.client_no_context_takeover : agreed.server_no_context_takeover);
    const int own_bits = server ? agreed.server_max_window_bits : agreed.client_max_window_bits;
    const int peer_bits = server ? agreed.client_max_window_bits : agreed.server_max_window_bits;
    own_window_bits_ = static_cast<std::uint8_t>(own_bits);
    peer_window_bits_ = static_cast<std::uint8_t>(peer_bits);
}

Session::~Session() { assert(phase_ == Phase::closed && reader_ == nullptr); }

SessionPtr Session::start(Loop& loop, std::unique_ptr<net::Stream> stream, SessionSetup setup,
                          std::string_view early_bytes) {
    const std::string head = std::move(setup.head);
    auto* raw = new Session(loop, std::move(stream), std::move(setup));
    SessionPtr session(*raw);
    if (!head.empty()) {
        session->holding_ = true;
        session->keep(head, nullptr);
    }
    session->self_ = session;
    loop.scope().add(*session);
    session->stream_->set_observer(*session);
    session->stream_->set_read_interest(true);
    if (session->shard_ != nullptr) session->shard_->adopt(*session);
    std::string early(early_bytes);
    if (!early.empty()) session->take(early);
    session->update_timer();
    if (loop.scope().cancelled()) session->abandon();
    return session;
}

void Session::on_readable() noexcept {
    const SessionPtr keep(*this);
    const auto buffer = this_thread().receive_buffer();
    const auto got = stream_->read_some(buffer);
    switch (got.status) {
        case net::IoStatus::ok:
            last_received_ = loop_->now();
            ping_sent_ = false;
            may_resume_ = true;
            io::refill_ready_budget();
            take(buffer.first(got.bytes));
            may_resume_ = false;
            break;
        case net::IoStatus::would_block: break;
        case net::IoStatus::end: on_end(); break;
        case net::IoStatus::failed: lose(); break;
    }
}

void Session::on_writable() noexcept {
    const SessionPtr keep(*this);
    flush_pending();
    after_io();
}

// While reading pauses, a peer that has merely ended may have sent things that are still to be read.
void Session::on_peer_closed(bool failed) noexcept {
    if (failed) lose();
}

void Session::drain() noexcept { close(close_code::going_away, "the server ends"); }

void Session::abandon() noexcept {
    if (phase_ == Phase::closed) return;
    const SessionPtr keep(*this);
    set_code(close_code::abnormal, {}, false);
    if (scope_ != nullptr) std::exchange(scope_, nullptr)->cancel();
    finish(false);
}

void Session::close(std::uint16_t code, std::string_view reason) noexcept {
    if (phase_ != Phase::open) return;
    if (close_waits_) {
        answer_close();
        return after_io();
    }
    if (!is_valid_close_code(code)) code = close_code::normal;
    set_code(code, reason, false);
    phase_ = Phase::closing;
    write_close(code, this->reason());
    deadline_ = after(loop_->now(), options_->close_timeout);
    wake_reader();
    wake_sender();
    after_io();
}

// RFC 6455 7.1.7: say why, and listen no more.
void Session::fail_connection(std::uint16_t code, std::string_view reason) {
    log(LogLevel::debug, "a WebSocket is closed with " + std::to_string(code) + ": " + std::string(reason));
    if (phase_ == Phase::open) {
        set_code(code, reason, false);
        write_close(code, reason);
    }
    begin_ending();
}

void Session::begin_ending() {
    if (phase_ == Phase::open) deadline_ = after(loop_->now(), options_->close_timeout);
    phase_ = Phase::ending;
    if (rare_ != nullptr) rare_->input = {};
    message_ = {};
    wake_reader();
    wake_sender();
}

void Session::set_code(std::uint16_t code, std::string_view reason, bool by_peer) {
    if (close_code_ != 0) return;
    close_code_ = code;
    closed_by_peer_ = by_peer;
    if (reason.empty()) return;
    std::string& kept = rare().close_reason;
    kept = reason.substr(0, max_close_reason_bytes);
    // What was cut in the middle of a character would be no UTF-8.
    while (!kept.empty() && !is_utf8(kept)) kept.pop_back();
}

void Session::lose() noexcept {
    if (phase_ == Phase::closed) return;
    const bool orderly = phase_ == Phase::ending;
    set_code(close_code::abnormal, {}, true);
    if (!orderly && scope_ != nullptr) std::exchange(scope_, nullptr)->cancel();
    finish(false);
}

void Session::finish(bool reset) noexcept {
    if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
    const SessionPtr keep = std::exchange(self_, SessionPtr());
    if (Cork& cork = this_thread().cork(); cork.owner == this) cork.release();
    stream_->close(reset);
    loop_->dispose(std::move(stream_));
    if (rare_ != nullptr && rare_->link) rare_->link->cut();
    CancelHook::unlink();
    pending_.reset();
    deflater_.reset();
    inflater_.reset();
    if (rare_ != nullptr) rare_->input = {};
    message_ = {};
    loop_->disarm(*this);
    wake_reader();
    wake_sender();
    while (rare_ != nullptr && !rare_->closers.empty()) rare_->closers.pop_front().wake();
    // A handler that does not notice by itself is given some time, and then cancelled.
    deadline_ = after(loop_->now(), options_->close_timeout);
    update_timer();
    if (shard_ != nullptr) std::exchange(shard_, nullptr)->release(*this);
}

void Session::after_io() {
    if (consuming_ || phase_ == Phase::closed) return;
    flush();
    if (failed_) return lose();
    if (phase_ == Phase::ending && pending_ == nullptr) {
        if (peer_ended_) return finish(false);
        // The server ends the connection first (RFC 6455 7.1.1). Closing at once could destroy what is on its way.
        if (role_ == Role::server && !said_end_) stream_->shutdown_write();
        said_end_ = true;
    }
    const bool wanted = !peer_ended_ && (phase_ != Phase::open || (wants_input() && !has_input() && !is_full()));
    if (wanted != reading_) {
        reading_ = wanted;
        stream_->set_read_interest(wanted);
    }
    update_timer();
}

TimePoint Session::next_deadline() const noexcept {
    if (phase_ == Phase::closed) return scope_ == nullptr ? TimePoint::max() : deadline_;
    TimePoint due = deadline_;
    if (phase_ == Phase::open && !ping_sent_ && !close_waits_) due = after(last_received_, options_->ping_interval);
    if (pending_ != nullptr) due = std::min(due, after(pending_->progress, options_->write_timeout));
    return due;
}

// Deadlines mostly move away: the timer stays where it is and looks again when it fires, which costs nothing per
// message.
void Session::update_timer() noexcept {
    const TimePoint due = next_deadline();
    if (due == TimePoint::max() || (armed() && io::Timer::due() <= due)) return;
    loop_->arm(*this, due);
}

void Session::on_timer() noexcept {
    const SessionPtr keep(*this);
    if (phase_ == Phase::closed) {
        if (scope_ != nullptr) std::exchange(scope_, nullptr)->cancel();
        return;
    }
    if (!reading_) {  // it is our handler that keeps the peer waiting
        last_received_ = loop_->now();
        ping_sent_ = false;
    }
    if (loop_->now() < next_deadline()) return after_io();
    if (close_waits_) {
        answer_close();
        return after_io();
    }
    if (phase_ == Phase::open && !ping_sent_ && loop_->now() >= after(last_received_, options_->ping_interval)) {
        return on_heartbeat();
    }
    log(LogLevel::debug, phase_ == Phase::open ? "the peer of a WebSocket is gone: it does not answer"
                                               : "the peer of a WebSocket did not end it in time");
    stream_->close(true);
    lose();
}

void Session::on_heartbeat() {
    if (deflater_ != nullptr && !pending_) deflater_.reset();  // idle: the next message goes without context
    ping({});
    ping_sent_ = true;
    deadline_ = after(loop_->now(), options_->ping_timeout);
    after_io();
}

void Session::ping(std::string_view payload) {
    if (phase_ != Phase::open) return;
    write_frame(Opcode::ping, payload.substr(0, max_control_bytes));
}

std::shared_ptr<RemoteLink> Session::link() {
    auto& kept = rare().link;
    if (!kept) kept = std::make_shared<RemoteLink>(phase_ == Phase::closed ? nullptr : this);
    return kept;
}

}  // namespace hyperlane::websocket
