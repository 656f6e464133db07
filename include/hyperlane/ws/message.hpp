#pragma once

/// What goes through a WebSocket: messages, pieces of them, and messages that were encoded once for many sockets.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/ws/shared_frames.hpp>

#include <string>
#include <string_view>

namespace hyperlane {

/// A whole message. Text is valid UTF-8.
struct WebSocketMessage {
    std::string data;
    bool binary = false;

    operator std::string_view() const noexcept { return data; }  // NOLINT(google-explicit-constructor): it is its text
};

/// Some of a message; not as its sender has cut it, but as it came.
struct WebSocketFragment {
    std::string data;
    bool binary = false;
    bool last = false;
};

/// A message in its wire forms, to be sent to any number of sockets, of any loop, without encoding or copying it again.
///
/// cost     copies share one buffer; the compressed form is made when the first socket needs it
/// threads  any
class EncodedMessage {
public:
    [[nodiscard]] static EncodedMessage text(std::string_view data) { return EncodedMessage(data, false); }
    [[nodiscard]] static EncodedMessage binary(std::string_view data) { return EncodedMessage(data, true); }

    [[nodiscard]] std::string_view data() const noexcept { return frames_->data(); }
    [[nodiscard]] bool is_binary() const noexcept { return frames_->is_binary(); }
    /// False for text that is no UTF-8; it is never sent.
    [[nodiscard]] bool is_valid() const { return !frames_->frame().empty(); }
    [[nodiscard]] const std::shared_ptr<const websocket::SharedFrames>& frames() const noexcept { return frames_; }

private:
    EncodedMessage(std::string_view data, bool binary);
    std::shared_ptr<const websocket::SharedFrames> frames_;
};

}  // namespace hyperlane
