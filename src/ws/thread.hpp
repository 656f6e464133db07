#pragma once

/// What all sessions of a thread share, so that an idle one holds nothing: the buffer that is received into, the one
/// that sends gather in, and compressors that keep no context from one message to the next.

#include <hyperlane/io/loop.hpp>
#include <hyperlane/ws/deflate.hpp>
#include <hyperlane/ws/session.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hyperlane::websocket {

inline constexpr std::size_t copied_bytes = 16 * 1024;  // larger payloads are written from where they are

/// Small sends gather here before one write takes them all: until the end of the turn, or until another session needs
/// the place.
struct Cork final : io::Ready {
    static constexpr std::size_t capacity = 64 * 1024;
    std::unique_ptr<char[]> data = std::make_unique_for_overwrite<char[]>(capacity);
    std::size_t size = 0;
    Session* owner = nullptr;

    void on_turn() noexcept override;
    /// Make `session` the owner, with room for `bytes`.
    void take(Session& session, std::size_t bytes) noexcept;
    void release() noexcept {
        owner = nullptr;
        size = 0;
        unlink();
    }
};

class ThreadState {
public:
    static constexpr std::size_t receive_bytes = 64 * 1024;

    [[nodiscard]] std::span<char> receive_buffer() noexcept { return {receive_buffer_.get(), receive_bytes}; }
    [[nodiscard]] Cork& cork() noexcept { return cork_; }
    /// For what is compressed; empty between uses.
    [[nodiscard]] std::string& scratch() noexcept { return scratch_; }

    [[nodiscard]] std::unique_ptr<Inflater> take_inflater();
    void give_back(std::unique_ptr<Inflater> inflater) noexcept;
    [[nodiscard]] Deflater& deflater(int window_bits, int level);

private:
    struct SharedDeflater {
        int window_bits;
        int level;
        std::unique_ptr<Deflater> deflater;
    };

    std::unique_ptr<char[]> receive_buffer_ = std::make_unique_for_overwrite<char[]>(receive_bytes);
    Cork cork_;
    std::string scratch_;
    std::vector<std::unique_ptr<Inflater>> inflaters_;
    std::vector<SharedDeflater> deflaters_;
};

/// Made when the first session of a thread starts. Do not hold it over a suspension.
[[nodiscard]] ThreadState& this_thread();

}  // namespace hyperlane::websocket
