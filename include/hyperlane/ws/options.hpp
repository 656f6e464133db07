#pragma once

/// How a WebSocket behaves: limits, heartbeat, compression, and who may connect.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/ws/deflate.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hyperlane {

/// What happens to a message that is sent while `WebSocketOptions::unsent_bytes` wait for a slow peer.
enum class WhenFull : std::uint8_t {
    wait,        ///< `send` is suspended until there is room
    drop,        ///< the message is dropped and counted
    disconnect,  ///< the socket is closed with 1013
};

/// A duration of zero switches that time-out off.
struct WebSocketOptions {
    std::size_t message_bytes = 1024 * 1024;  ///< more in one message, inflated: closed with 1009
    std::size_t frame_bytes = 0;              ///< more in one frame: 1009. 0: as much as in a message
    std::uint32_t fragments = 1024;           ///< more frames in one message: closed with 1008
    std::size_t unread_bytes = 64 * 1024;     ///< received and not asked for; above this, reading pauses
    std::size_t unsent_bytes = 64 * 1024;  ///< from so many on that the peer has not taken, `when_full` says what to do
    WhenFull when_full = WhenFull::wait;

    std::chrono::milliseconds ping_interval{25'000};  ///< of silence before a ping asks whether the peer is there
    std::chrono::milliseconds ping_timeout{20'000};   ///< for the answer; then the peer counts as gone
    std::chrono::milliseconds close_timeout{
        5'000};  ///< for the peer's part in closing, and for a handler to end after it
    std::chrono::milliseconds write_timeout{30'000};  ///< a peer that takes nothing for so long counts as gone

    DeflateOptions deflate = {};
    std::vector<std::string> subprotocols = {};  ///< the first that both sides know is chosen
    /// Pages that may connect, like "https://app.example", or "*"; without any, those of the same origin, by what the
    /// browser says of it or by Host. Servers only.
    std::vector<std::string> origins = {};
};

}  // namespace hyperlane
