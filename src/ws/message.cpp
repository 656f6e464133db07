#include <hyperlane/base/utf8.hpp>
#include <hyperlane/ws/deflate.hpp>
#include <hyperlane/ws/frame.hpp>
#include <hyperlane/ws/message.hpp>
#include "ws/thread.hpp"

#include <array>
#include <cstddef>
#include <mutex>

namespace hyperlane {

namespace websocket {

namespace {

constexpr int window_bits = 15;
constexpr int level = 1;

std::string write_frame(std::string_view payload, bool binary, bool compressed) {
    std::array<char, max_frame_head_bytes> head;
    const FrameHead fields{.length = payload.size(),
                           .key = {},
                           .opcode = binary ? Opcode::binary : Opcode::text,
                           .fin = true,
                           .rsv1 = compressed,
                           .masked = false};
    const char* end = write_frame_head(head.data(), fields);
    return std::string(head.data(), static_cast<std::size_t>(end - head.data())).append(payload);
}

/// Made once; the compressed form by whoever needs it first, and only read after that.
class OwnFrames final : public SharedFrames, public std::enable_shared_from_this<OwnFrames> {
public:
    OwnFrames(std::string_view data, bool binary)
        : frame_(encode_frame(data, binary)), size_(data.size()), binary_(binary) {}

    [[nodiscard]] std::string_view data() const noexcept override {
        return frame_.empty() ? std::string_view() : std::string_view(frame_).substr(frame_.size() - size_);
    }
    [[nodiscard]] bool is_binary() const noexcept override { return binary_; }
    [[nodiscard]] std::string_view frame() const override { return frame_; }
    [[nodiscard]] std::string_view compressed_frame() const override {
        std::call_once(compress_once_, [this] { compressed_ = encode_compressed_frame(data(), binary_); });
        return compressed_;
    }
    [[nodiscard]] std::shared_ptr<const void> keep() const override { return shared_from_this(); }

private:
    std::string frame_;
    std::size_t size_;
    bool binary_;
    mutable std::once_flag compress_once_;
    mutable std::string compressed_;
};

}  // namespace

std::string encode_frame(std::string_view data, bool binary) {
    if (!binary && !is_utf8(data)) return {};
    return write_frame(data, binary, false);
}

std::string encode_compressed_frame(std::string_view data, bool binary) {
    Deflater& deflater = this_thread().deflater(window_bits, level);
    std::string payload;
    const bool compressed = deflater.compress(data, payload);
    deflater.reset();
    return compressed && payload.size() < data.size() ? write_frame(payload, binary, true) : std::string();
}

}  // namespace websocket

EncodedMessage::EncodedMessage(std::string_view data, bool binary)
    : frames_(std::make_shared<const websocket::OwnFrames>(data, binary)) {}

}  // namespace hyperlane
