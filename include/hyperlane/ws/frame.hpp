#pragma once

/// WebSocket frames (RFC 6455 5.2). Wire format:
///
///     FIN RSV1 RSV2 RSV3 opcode(4)   MASK length(7)   [length(16) | length(64)]   [key(32)]   payload
///
/// Lengths are in network order and in the shortest form that holds them. Clients mask, servers do not.

#include <hyperlane/ws/mask.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hyperlane::websocket {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

[[nodiscard]] constexpr bool is_control(Opcode opcode) noexcept { return static_cast<std::uint8_t>(opcode) >= 8; }

enum class Role : std::uint8_t { server, client };

inline constexpr std::size_t max_control_bytes = 125;
inline constexpr std::size_t max_frame_head_bytes = 14;

struct FrameHead {
    std::uint64_t length = 0;
    MaskKey key{};
    Opcode opcode = Opcode::continuation;
    bool fin = true;
    bool rsv1 = false;  ///< the message is compressed (RFC 7692 section 6)
    bool masked = false;
};

/// What a frame's head can break.
enum class FrameError : std::uint8_t {
    none,
    reserved_bit,
    unknown_opcode,
    fragmented_control,
    long_control,
    not_masked,  ///< by a client
    masked,      ///< by a server
    length_form,
    length_too_large,
};

/// A sentence for the close frame; static text.
[[nodiscard]] std::string_view message_of(FrameError error) noexcept;

/// Takes frames apart as they arrive, and never needs a whole one: unmasked payload comes out piece by piece, where it
/// was received.
///
///     for (;;) {
///         const auto step = decoder.feed(in);
///         in = in.subspan(step.consumed);
///         if (step.status == Status::need_more) break;
///         …
///     }
///
/// What is wrong with the first two bytes of a head is known as soon as they are there. How frames follow each other is
/// for the caller to check.
class FrameDecoder {
public:
    enum class Status : std::uint8_t {
        need_more,  ///< all of the input is used
        head,       ///< see `head()`; at least one `payload` follows
        payload,    ///< see `Step::payload`, perhaps empty; `Step::last` ends the frame
        error,      ///< see `error()`; feed no more
    };
    struct Step {
        Status status;
        std::size_t consumed = 0;
        std::span<char> payload{};
        bool last = false;
    };

    /// in  `role`: whose frames are decoded, as a client must mask and a server must not;
    ///     `rsv1`: whether an extension gives a meaning to that bit
    explicit FrameDecoder(Role sender, bool rsv1 = false) noexcept : sender_(sender), allow_rsv1_(rsv1) {}

    /// cost  one pass over the payload to unmask it, in place; no allocation
    [[nodiscard]] Step feed(std::span<char> in) noexcept;

    [[nodiscard]] const FrameHead& head() const noexcept { return head_; }
    [[nodiscard]] FrameError error() const noexcept { return error_; }
    void allow_rsv1() noexcept { allow_rsv1_ = true; }

private:
    [[nodiscard]] Step feed_head(std::span<char> in) noexcept;
    [[nodiscard]] FrameError check_head() noexcept;
    [[nodiscard]] std::size_t head_bytes() const noexcept;
    [[nodiscard]] FrameError read_length() noexcept;

    FrameHead head_;
    std::uint64_t left_ = 0;
    std::array<unsigned char, max_frame_head_bytes> bytes_;  // of a head that is not whole
    std::uint8_t have_ = 0;
    Role sender_;
    bool allow_rsv1_;
    bool in_payload_ = false;
    FrameError error_ = FrameError::none;
};

/// Write a head into a buffer of `max_frame_head_bytes`.
/// returns  the end of what was written
char* write_frame_head(char* out, const FrameHead& head) noexcept;

}  // namespace hyperlane::websocket
