#pragma once

/// Messages in wire form that many sockets send, without encoding or copying them again.

#include <hyperlane/base/pointers.hpp>

#include <string>
#include <string_view>

namespace hyperlane::websocket {

/// A message and its frames as a server sends them. Whoever keeps such forms implements this.
class SharedFrames {
public:
    [[nodiscard]] virtual std::string_view data() const noexcept = 0;
    [[nodiscard]] virtual bool is_binary() const noexcept = 0;
    /// See `encode_frame`. Empty for what must not be sent.
    [[nodiscard]] virtual std::string_view frame() const = 0;
    /// See `encode_compressed_frame`. Empty where `frame` serves as well.
    [[nodiscard]] virtual std::string_view compressed_frame() const = 0;
    /// What keeps the frames where they are; asked only for a peer that does not take them at once.
    [[nodiscard]] virtual std::shared_ptr<const void> keep() const = 0;

protected:
    SharedFrames() = default;
    ~SharedFrames() = default;
};

/// One unmasked frame. Empty for text that is no UTF-8.
[[nodiscard]] std::string encode_frame(std::string_view data, bool binary);

/// The same, compressed with a window of 32 KiB and no context. Empty if that is not smaller.
[[nodiscard]] std::string encode_compressed_frame(std::string_view data, bool binary);

}  // namespace hyperlane::websocket
