#include <hyperlane/base/utf8.hpp>
#include <hyperlane/ws/session.hpp>
#include "ws/thread.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace hyperlane::websocket {

namespace {

constexpr int least_window_bits = 9;  // of zlib; a peer that allows only 8 is sent nothing compressed

bool is_part(Send::What what) noexcept { return what == Send::What::text_part || what == Send::What::binary_part; }

std::unique_ptr<Error> closed_error() { return std::make_unique<Error>(ErrorCode::closed, "the WebSocket is closed"); }

}  // namespace

Result<> Session::write_message(Send::What what, std::string_view data, bool last) {
    const bool binary = what == Send::What::binary || what == Send::What::binary_part;
    if (is_part(what)) {
        const Opcode first = binary ? Opcode::binary : Opcode::text;
        write_frame(sending_parts_ ? Opcode::continuation : first, data, last);
        sending_parts_ = !last;
        return {};
    }
    if (!binary && !is_utf8(data)) return fail(ErrorCode::invalid_argument, "a text message must be UTF-8");
    const Opcode opcode = binary ? Opcode::binary : Opcode::text;
    if (!deflate_ || own_window_bits_ < least_window_bits || data.size() < options_->deflate.smallest_message) {
        write_frame(opcode, data);
        return {};
    }
    return write_compressed(opcode, data);
}

Result<> Session::write_compressed(Opcode opcode, std::string_view data) {
    const int level = options_->deflate.level;
    if (own_context_ && deflater_ == nullptr) deflater_ = std::make_unique<Deflater>(own_window_bits_, level);
    Deflater& deflater = own_context_ ? *deflater_ : this_thread().deflater(own_window_bits_, level);
    std::string& payload = this_thread().scratch();
    if (!deflater.compress(data, payload)) {
        deflater.reset();
        return fail(ErrorCode::unavailable, "no memory to compress a message");
    }
    if (!own_context_) deflater.reset();
    write_frame(opcode, payload, true, true);
    if (payload.capacity() > Cork::capacity) {
        payload = {};
    } else {
        payload.clear();
    }
    return {};
}

Result<> Session::write_shared(const SharedFrames& message) {
    std::string_view wire = message.frame();
    if (wire.empty()) return fail(ErrorCode::invalid_argument, "a text message must be UTF-8");
    if (role_ == Role::client) {  // whose frames are masked, each with a key of its own
        write_frame(message.is_binary() ? Opcode::binary : Opcode::text, message.data());
        return {};
    }
    if (deflate_ && own_window_bits_ == 15 && message.data().size() >= options_->deflate.smallest_message) {
        const std::string_view compressed = message.compressed_frame();
        if (!compressed.empty()) wire = compressed;
        // It refers to nothing before it, and what comes after it must not either.
        if (!compressed.empty() && deflater_ != nullptr) deflater_->reset();
    }
    if (pending_ == nullptr && wire.size() <= copied_bytes) {
        append(wire);
    } else {
        write_parts({&wire, 1}, &message);
    }
    return {};
}

void Session::write_frame(Opcode opcode, std::string_view payload, bool fin, bool compressed) {
    FrameHead head{.length = payload.size(), .key = {}, .opcode = opcode, .fin = fin, .rsv1 = compressed};
    head.masked = role_ == Role::client;
    if (head.masked) head.key = random_mask_key();
    if (payload.size() > copied_bytes) return write_large(head, payload);
    Cork& cork = this_thread().cork();
    cork.take(*this, max_frame_head_bytes + payload.size());
    char* const start = cork.data.get() + cork.size;
    char* const body = write_frame_head(start, head);
    if (!payload.empty()) std::memcpy(body, payload.data(), payload.size());
    if (head.masked) apply_mask({body, payload.size()}, head.key, 0);
    cork.size += static_cast<std::size_t>(body - start) + payload.size();
}

void Session::write_large(const FrameHead& head, std::string_view payload) {
    std::array<char, max_frame_head_bytes> bytes;
    const char* const end = write_frame_head(bytes.data(), head);
    std::string masked;
    if (head.masked) {
        masked = payload;
        apply_mask(masked, head.key, 0);
        payload = masked;
    }
    const std::array parts{std::string_view(bytes.data(), static_cast<std::size_t>(end - bytes.data())), payload};
    write_parts(parts, nullptr);
}

void Session::write_close(std::uint16_t code, std::string_view reason) {
    std::array<char, max_control_bytes> payload;
    std::size_t size = 0;
    if (code != close_code::none) {
        payload[size++] = static_cast<char>(code >> 8);
        payload[size++] = static_cast<char>(code & 0xFF);
        reason = reason.substr(0, max_close_reason_bytes);
        std::copy(reason.begin(), reason.end(), payload.begin() + 2);
        size += reason.size();
    }
    write_frame(Opcode::close, {payload.data(), size});
}

bool Session::must_wait(const Send& send) noexcept {
    if (phase_ != Phase::open) return false;
    if (unsent_bytes() >= options_->unsent_bytes) {
        flush();  // perhaps the peer takes it at once
        settle_soon();
    }
    if (is_full()) return true;
    // Nobody is overtaken, but a message that has begun goes on.
    return is_part(send.what_) && sending_parts_ ? false : sending_parts_ || passing_ || !senders_.empty();
}

bool Session::try_send(Send& send, bool may_wait) {
    if (!must_wait(send)) {
        send_now(send);
        return true;
    }
    if (is_full() && options_->when_full == WhenFull::drop) {
        count_dropped();
        return true;
    }
    if (is_full() && options_->when_full == WhenFull::disconnect) {
        close(close_code::try_again_later, "the peer reads too slowly");
        send.error_ = closed_error();
        return true;
    }
    if (may_wait) return false;
    send.error_ = std::make_unique<Error>(ErrorCode::unavailable, "there is no room: the peer reads too slowly");
    return true;
}

Result<> Session::try_send_now(Send send) {
    [[maybe_unused]] const bool done = try_send(send, false);
    return send.await_resume();
}

void Session::send_now(Send& send) {
    if (phase_ != Phase::open) {
        send.error_ = closed_error();
    } else {
        Result<> written =
            send.frames_ != nullptr ? write_shared(*send.frames_) : write_message(send.what_, send.data_, send.last_);
        if (!written) send.error_ = std::make_unique<Error>(std::move(written.error()));
    }
    wake_sender();
}

void Session::send_next(Send& send) {
    passing_ = false;
    send_now(send);
}

void Session::sender_done() noexcept {
    passing_ = false;
    wake_sender();
}

// One at a time: each looks whether there is room, and wakes the next.
void Session::wake_sender() noexcept {
    if (passing_ || senders_.empty() || (phase_ == Phase::open && is_full())) return;
    Send* next = nullptr;
    const bool only_parts = phase_ == Phase::open && sending_parts_;
    senders_.for_each([&](Send& send) {
        if (next == nullptr && (!only_parts || is_part(send.what_))) next = &send;
    });
    if (next == nullptr) return;
    passing_ = true;
    next->ListHook<WaitTag>::unlink();
    next->wake();
}

}  // namespace hyperlane::websocket
