#include <hyperlane/base/utf8.hpp>
#include <hyperlane/ws/session.hpp>
#include "ws/thread.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace hyperlane::websocket {

namespace {

// What an empty message counts for, so that a flood of them is held back as well.
constexpr std::size_t message_overhead = 64;

}  // namespace

bool Session::wants_input() const noexcept {
    switch (phase_) {
        case Phase::open:
            if (close_waits_) return false;
            return reader_ != nullptr ||
                   (rare_ != nullptr ? rare_->backlog : 0) + message_.size() < options_->unread_bytes;
        case Phase::closing: return true;
        case Phase::ending:
        case Phase::closed: return false;
    }
    return false;
}

void Session::take(std::span<char> bytes) {
    if (has_input()) {
        rare_->input.append(bytes.data(), bytes.size());
        consume_input();
    } else {
        const std::size_t used = consume(bytes);
        if (used < bytes.size()) rare().input.assign(bytes.data() + used, bytes.size() - used);
    }
    after_io();
}

void Session::consume_input() {
    std::string bytes = std::exchange(rare_->input, {});
    const std::size_t used = consume(bytes);
    if (used < bytes.size()) rare_->input = bytes.erase(0, used);
}

std::size_t Session::consume(std::span<char> in) {
    consuming_ = true;
    std::size_t at = 0;
    while (wants_input()) {
        const auto step = decoder_.feed(in.subspan(at));
        at += step.consumed;
        if (step.status == FrameDecoder::Status::need_more) break;
        if (step.status == FrameDecoder::Status::head) {
            on_head();
        } else if (step.status == FrameDecoder::Status::payload) {
            on_payload(step.payload, step.last);
        } else {
            fail_connection(close_code::protocol_error, message_of(decoder_.error()));
        }
    }
    consuming_ = false;
    return phase_ <= Phase::closing ? at : in.size();
}

void Session::on_head() {
    const FrameHead& head = decoder_.head();
    if (is_control(head.opcode)) return;
    const bool continues = head.opcode == Opcode::continuation;
    if (continues != in_message_) {
        return fail_connection(close_code::protocol_error,
                               continues ? "a continuation of no message" : "a message within a message");
    }
    if (!continues) {
        in_message_ = true;
        binary_ = head.opcode == Opcode::binary;
        compressed_ = head.rsv1;
        fragments_ = 0;
        utf8_.reset();
    }
    if (phase_ != Phase::open) return;
    if (++fragments_ > options_->fragments) {
        return fail_connection(close_code::policy_violation, "a message of too many fragments");
    }
    check_size(head);
}

// What is too large is refused before it has come, unless its pieces are handed on.
void Session::check_size(const FrameHead& head) {
    const std::size_t most = options_->frame_bytes != 0 ? options_->frame_bytes : options_->message_bytes;
    // What does not compress gets larger by that.
    const bool whole = reader_ != nullptr && !reader_->piecewise_ && !compressed_;
    const bool frame_too_large = head.length > most && (options_->frame_bytes != 0 || whole);
    const bool message_too_large =
        whole && head.length > options_->message_bytes - std::min(options_->message_bytes, message_.size());
    if (frame_too_large || message_too_large) fail_connection(close_code::too_large, too_large_text());
}

std::string Session::too_large_text() const {
    if (options_->frame_bytes != 0 && options_->frame_bytes < options_->message_bytes) {
        return "at most " + std::to_string(options_->frame_bytes) + " bytes fit a frame here, " +
               std::to_string(options_->message_bytes) + " a message";
    }
    return "at most " + std::to_string(options_->message_bytes) + " bytes fit a message here";
}

void Session::on_payload(std::span<char> payload, bool last) {
    const std::string_view text(payload.data(), payload.size());
    if (is_control(decoder_.head().opcode)) return on_control(text, last);
    const bool message_ends = last && decoder_.head().fin;
    if (phase_ == Phase::open && (!add_payload(text) || (message_ends && !end_message()))) return;
    if (message_ends) in_message_ = false;
    if (phase_ != Phase::open) return;
    if (message_ends || (reader_ != nullptr && reader_->piecewise_ && !message_.empty())) deliver(message_ends);
}

// returns  false if the connection has failed
bool Session::add_payload(std::string_view payload) {
    const std::size_t before = message_.size();
    if (compressed_) return check_inflated(inflater().feed(payload, message_, options_->message_bytes), before);
    if (payload.size() > options_->message_bytes - std::min(options_->message_bytes, before)) {
        fail_connection(close_code::too_large, too_large_text());
        return false;
    }
    message_.append(payload);
    return check_text(before);
}

bool Session::check_inflated(Inflater::Status status, std::size_t before) {
    switch (status) {
        case Inflater::Status::ok: return check_text(before);
        case Inflater::Status::bad_data:
            fail_connection(close_code::invalid_data, "a message that does not inflate");
            return false;
        case Inflater::Status::too_large: fail_connection(close_code::too_large, too_large_text()); return false;
        case Inflater::Status::no_memory:
            fail_connection(close_code::internal_error, "no memory to inflate a message");
            return false;
    }
    return false;
}

// Fail fast: at the first byte that cannot be part of a text.
bool Session::check_text(std::size_t from) {
    if (binary_ || utf8_.feed(std::string_view(message_).substr(from))) return true;
    fail_connection(close_code::invalid_data, "text that is no UTF-8");
    return false;
}

bool Session::end_message() {
    if (compressed_) {
        const std::size_t before = message_.size();
        if (!check_inflated(inflater().finish(message_, options_->message_bytes), before)) return false;
        return_inflater();
    }
    if (binary_ || utf8_.complete()) return true;
    fail_connection(close_code::invalid_data, "text that ends within a character");
    return false;
}

void Session::deliver(bool last) {
    if (reader_ == nullptr) {
        rare().backlog += message_.size() + message_overhead;
        rare().ready.push_back({std::exchange(message_, {}), binary_});
        return;
    }
    Reading& reader = *std::exchange(reader_, nullptr);
    reader.put(std::exchange(message_, {}), binary_, last);
    if (!reader.waiting()) return;  // it is only trying, and will see
    if (may_resume_) {
        reader.resume_within_budget();
    } else {
        reader.resume_soon();
    }
}

bool Session::take_ready(Reading& reading) {
    if (!has_ready()) return false;
    std::vector<Received>& ready = rare_->ready;
    std::size_t& first = rare_->first_ready;
    Received& next = ready[first];
    rare_->backlog -= next.data.size() + message_overhead;
    reading.put(std::move(next.data), next.binary, true);
    if (++first == ready.size()) {
        ready = {};
        first = 0;
    } else if (first > 64 && first * 2 > ready.size()) {
        ready.erase(ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(first));
        first = 0;
    }
    return true;
}

bool Session::try_read(Reading& reading) {
    assert(reader_ == nullptr && "two tasks receive from one WebSocket at the same time");
    const SessionPtr keep(*this);
    if (take_ready(reading)) {
        after_io();
        return true;
    }
    if (close_waits_) {
        answer_close();
        after_io();
    }
    if (phase_ != Phase::open) return true;
    if (reading.piecewise_ && !message_.empty()) {
        reading.put(std::exchange(message_, {}), binary_, false);
        after_io();
        return true;
    }
    if (!consuming_ && has_input()) {
        reader_ = &reading;
        consume_input();
        if (reader_ == &reading) reader_ = nullptr;
        after_io();
    }
    return reading.got_ || phase_ != Phase::open;
}

void Session::wait(Reading& reading) noexcept {
    reader_ = &reading;
    if (!reading_) after_io();
}

void Session::forget(const Reading& reading) noexcept {
    if (reader_ == &reading) reader_ = nullptr;
}

void Session::wake_reader() noexcept {
    if (reader_ == nullptr) return;
    Reading& reader = *std::exchange(reader_, nullptr);
    if (reader.waiting()) reader.resume_soon();
}

void Session::on_control(std::string_view payload, bool last) {
    std::string whole;
    if (!last || (rare_ != nullptr && !rare_->control.empty())) {
        rare().control.append(payload);
        if (!last) return;
        whole = std::exchange(rare_->control, {});
        payload = whole;
    }
    switch (decoder_.head().opcode) {
        case Opcode::ping:
            if (phase_ == Phase::open) write_frame(Opcode::pong, payload);
            break;
        case Opcode::close: on_close_frame(payload); break;
        default: break;  // a pong has done its work by coming
    }
}

void Session::on_close_frame(std::string_view payload) {
    std::uint16_t code = close_code::none;
    std::string_view reason;
    if (payload.size() == 1) return fail_connection(close_code::protocol_error, "a close code of one byte");
    if (payload.size() >= 2) {
        code = static_cast<std::uint16_t>((static_cast<unsigned char>(payload[0]) << 8) |
                                          static_cast<unsigned char>(payload[1]));
        reason = payload.substr(2);
        if (!is_valid_close_code(code)) {
            return fail_connection(close_code::protocol_error,
                                   "close code " + std::to_string(code) + " is not allowed");
        }
        if (!is_utf8(reason)) return fail_connection(close_code::invalid_data, "a close reason that is no UTF-8");
    }
    if (phase_ != Phase::open) return begin_ending();
    set_code(code, reason, true);
    if (!has_ready()) return answer_close();
    // The handler may want to answer what came before: our part waits until it asks for more (RFC 6455 5.5.1).
    close_waits_ = true;
    deadline_ = options_->close_timeout.count() == 0 ? TimePoint::max() : loop_->now() + options_->close_timeout;
}

void Session::answer_close() {
    close_waits_ = false;
    write_close(close_code_, {});
    begin_ending();
}

Inflater& Session::inflater() {
    if (inflater_ == nullptr) {
        inflater_ = peer_context_ ? std::make_unique<Inflater>(peer_window_bits_) : this_thread().take_inflater();
    }
    return *inflater_;
}

void Session::return_inflater() noexcept {
    if (!peer_context_) this_thread().give_back(std::move(inflater_));
}

void Session::on_end() {
    peer_ended_ = true;
    if (phase_ == Phase::ending) return after_io();
    lose();
}

bool Reading::try_read() { return session_->try_read(*this); }

void Reading::wait() noexcept { session_->wait(*this); }

void Reading::detach() noexcept { session_->forget(*this); }

}  // namespace hyperlane::websocket
