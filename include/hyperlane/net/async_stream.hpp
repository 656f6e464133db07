#pragma once

/// Reading and writing a stream from a coroutine, for clients. Server connections observe their stream themselves.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/net/stream.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace hyperlane::net {

/// Owns its stream; destroying it closes that. Waits that are under way then end with `closed`.
class AsyncStream {
public:
    /// Take over a stream that is not attached yet.
    /// errors   those of Stream::attach
    [[nodiscard]] static Result<AsyncStream> open(Loop& loop, std::unique_ptr<Stream> stream);

    AsyncStream(AsyncStream&&) noexcept = default;
    AsyncStream& operator=(AsyncStream&& other) noexcept;
    ~AsyncStream() { close(); }

    /// Wait for bytes. The buffer must stay until the task has ended.
    ///
    /// returns  how many came; 0 = the peer has sent its last byte, or `into` is empty
    /// errors   connection_reset, closed, system
    /// overlap  one read and one write at a time
    /// cancel   nothing was read
    // borrows: the buffer of whoever awaits, as reading into memory means
    Task<Result<std::size_t>> read_some(std::span<char> into);

    /// Send all of `data`.
    /// errors   closed (the peer reads no more, or this side has closed), connection_reset, system; how much went out
    ///          is not known then
    /// cancel   the same
    Task<Result<>> write_all(std::string data);

    void shutdown_write() noexcept;
    void close(bool reset = false) noexcept;

    [[nodiscard]] Address peer_address() const;
    [[nodiscard]] Address local_address() const;

private:
    class State;
    explicit AsyncStream(std::shared_ptr<State> state) noexcept;

    // borrows: see read_some
    static Task<Result<std::size_t>> read_from(std::shared_ptr<State> state, std::span<char> into);
    static Task<Result<>> write_to(std::shared_ptr<State> state, std::string data);

    std::shared_ptr<State> state_;
};

}  // namespace hyperlane::net
