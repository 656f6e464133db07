#include <hyperlane/ws/frame.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace hyperlane::websocket {

namespace {

constexpr unsigned char fin_bit = 0x80;
constexpr unsigned char rsv1_bit = 0x40;
constexpr unsigned char other_rsv_bits = 0x30;
constexpr unsigned char opcode_bits = 0x0F;
constexpr unsigned char mask_bit = 0x80;
constexpr unsigned char length_bits = 0x7F;
constexpr unsigned char length_16 = 126;
constexpr unsigned char length_64 = 127;

bool is_known(unsigned char opcode) noexcept { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

}  // namespace

std::string_view message_of(FrameError error) noexcept {
    switch (error) {
        case FrameError::none: return "no error";
        case FrameError::reserved_bit: return "a reserved bit is set";
        case FrameError::unknown_opcode: return "unknown opcode";
        case FrameError::fragmented_control: return "a control frame in fragments";
        case FrameError::long_control: return "a control frame of more than 125 bytes";
        case FrameError::not_masked: return "a client must mask its frames";
        case FrameError::masked: return "a server must not mask its frames";
        case FrameError::length_form: return "a length that is not in its shortest form";
        case FrameError::length_too_large: return "a length of more than 63 bits";
    }
    return "malformed frame";
}

std::size_t FrameDecoder::head_bytes() const noexcept {
    if (have_ < 2) return 2;
    std::size_t size = 2;
    const unsigned length = bytes_[1] & length_bits;
    if (length == length_16) size += 2;
    if (length == length_64) size += 8;
    return (bytes_[1] & mask_bit) != 0 ? size + 4 : size;
}

// Of what has come of the head so far.
FrameError FrameDecoder::check_head() noexcept {
    const unsigned char first = bytes_[0];
    const unsigned char opcode = first & opcode_bits;
    if ((first & other_rsv_bits) != 0) return FrameError::reserved_bit;
    // Only the first frame of a data message may carry the bit of compression (RFC 7692 6.1).
    if ((first & rsv1_bit) != 0 && (!allow_rsv1_ || opcode == 0 || opcode >= 8)) return FrameError::reserved_bit;
    if (!is_known(opcode)) return FrameError::unknown_opcode;
    if (opcode >= 8 && (first & fin_bit) == 0) return FrameError::fragmented_control;
    if (have_ < 2) return FrameError::none;
    const unsigned char second = bytes_[1];
    if (opcode >= 8 && (second & length_bits) > max_control_bytes) return FrameError::long_control;
    const bool masked = (second & mask_bit) != 0;
    if (masked != (sender_ == Role::client)) return masked ? FrameError::masked : FrameError::not_masked;
    return FrameError::none;
}

FrameError FrameDecoder::read_length() noexcept {
    const unsigned length = bytes_[1] & length_bits;
    std::size_t at = 2;
    head_.length = length;
    if (length >= length_16) {
        const std::size_t size = length == length_16 ? 2 : 8;
        head_.length = 0;
        for (; at < 2 + size; ++at) head_.length = (head_.length << 8) | bytes_[at];
        if ((head_.length >> 63) != 0) return FrameError::length_too_large;
        if (head_.length < length_16 || (size == 8 && head_.length <= 0xFFFF)) return FrameError::length_form;
    }
    if (head_.masked) std::memcpy(head_.key.data(), bytes_.data() + at, head_.key.size());
    return FrameError::none;
}

FrameDecoder::Step FrameDecoder::feed_head(std::span<char> in) noexcept {
    std::size_t used = 0;
    if (have_ == 0 && in.size() >= 2) [[likely]] {  // nearly always all of it is there
        have_ = 2;
        const std::size_t offered = std::min(in.size(), bytes_.size());
        std::memcpy(bytes_.data(), in.data(), offered);
        error_ = check_head();
        if (error_ != FrameError::none) return {Status::error, 2};
        used = std::min(offered, head_bytes());
        have_ = static_cast<std::uint8_t>(used);
    }
    while (have_ < head_bytes()) {
        if (used == in.size()) return {Status::need_more, used};
        bytes_[have_++] = static_cast<unsigned char>(in[used++]);
        if (have_ <= 2) error_ = check_head();
        if (error_ != FrameError::none) return {Status::error, used};
    }
    head_.fin = (bytes_[0] & fin_bit) != 0;
    head_.rsv1 = (bytes_[0] & rsv1_bit) != 0;
    head_.opcode = static_cast<Opcode>(bytes_[0] & opcode_bits);
    head_.masked = (bytes_[1] & mask_bit) != 0;
    error_ = read_length();
    if (error_ != FrameError::none) return {Status::error, used};
    have_ = 0;
    left_ = head_.length;
    in_payload_ = true;
    return {Status::head, used};
}

FrameDecoder::Step FrameDecoder::feed(std::span<char> in) noexcept {
    assert(error_ == FrameError::none);
    if (!in_payload_) return feed_head(in);
    if (in.empty() && left_ > 0) return {Status::need_more};
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
    const std::span<char> payload = in.first(count);
    if (head_.masked) apply_mask(payload, head_.key, static_cast<std::size_t>((head_.length - left_) % 4));
    left_ -= count;
    in_payload_ = left_ > 0;
    return {Status::payload, count, payload, left_ == 0};
}

char* write_frame_head(char* out, const FrameHead& head) noexcept {
    const auto put = [&out](std::uint64_t byte) { *out++ = static_cast<char>(static_cast<unsigned char>(byte)); };
    put((head.fin ? fin_bit : 0u) | (head.rsv1 ? rsv1_bit : 0u) | static_cast<unsigned>(head.opcode));
    const unsigned mask = head.masked ? mask_bit : 0;
    if (head.length < length_16) {
        put(mask | head.length);
    } else if (head.length <= 0xFFFF) {
        put(mask | length_16);
        put(head.length >> 8);
        put(head.length);
    } else {
        put(mask | length_64);
        for (int shift = 56; shift >= 0; shift -= 8) put(head.length >> shift);
    }
    if (!head.masked) return out;
    std::memcpy(out, head.key.data(), head.key.size());
    return out + head.key.size();
}

}  // namespace hyperlane::websocket
