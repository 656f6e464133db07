#pragma once

/// The seam between a protocol and what carries its bytes: a TCP or Unix socket, or a pipe in memory for tests.

#include <hyperlane/base/result.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/net/address.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hyperlane::net {

enum class IoStatus : std::uint8_t {
    ok,
    would_block,
    end,     ///< read: the peer has sent its last byte. write: the peer reads no more
    failed,  ///< the connection is gone, see `os_error`
};

/// What one read or write did. `bytes` is not zero only with `ok`.
struct IoResult {
    std::size_t bytes = 0;
    IoStatus status = IoStatus::ok;
    int os_error = 0;
};

/// Told by its stream when it is worth trying again. Calls come from the loop, never from within a call to the stream.
class StreamObserver {
public:
    /// There are bytes, an end, or an error to read.
    virtual void on_readable() noexcept = 0;
    /// A write may go on; only while `set_write_interest(true)`.
    virtual void on_writable() noexcept = 0;
    /// The peer has closed its sending side or the connection has failed, while nobody wants to read
    /// (`set_read_interest(false)`).
    /// `failed` is false for a mere end of sending. Told once each.
    virtual void on_peer_closed(bool failed) noexcept = 0;

protected:
    ~StreamObserver() = default;
};

/// A connected, non-blocking, bidirectional stream of bytes. Belongs to one loop. Destroy it through `Loop::dispose`,
/// or when no event of its loop is being dispatched.
class Stream {
public:
    virtual ~Stream() = default;

    /// Begin to watch: reading is wanted, writing is not. Once.
    virtual Result<> attach(Loop& loop, StreamObserver& observer) = 0;

    /// Tell somebody else from now on; what is wanted stays as it is. After `attach`.
    virtual void set_observer(StreamObserver& observer) noexcept = 0;

    /// Whether `on_readable` is wanted. Without it the stream only reports that the peer has gone.
    virtual void set_read_interest(bool wanted) noexcept = 0;
    virtual void set_write_interest(bool wanted) noexcept = 0;

    /// May give fewer bytes than fit. Never blocks.
    [[nodiscard]] virtual IoResult read_some(std::span<char> into) noexcept = 0;

    /// May take fewer bytes than offered, gathered from `parts` in order. Never blocks, never raises SIGPIPE.
    [[nodiscard]] virtual IoResult write_some(std::span<const std::string_view> parts) noexcept = 0;

    /// Send up to `count` bytes of the file `fd` from `offset` on without copying them through this process where the
    /// stream can; may send fewer. `end` when the file is shorter than that.
    [[nodiscard]] virtual IoResult send_file(int fd, std::uint64_t offset, std::size_t count) noexcept = 0;

    /// Say that no more bytes will be sent.
    virtual void shutdown_write() noexcept = 0;

    /// Close both directions; no observer call follows. Idempotent. `reset` drops unsent bytes and tells the peer so
    /// (RST).
    virtual void close(bool reset = false) noexcept = 0;

    [[nodiscard]] virtual Address peer_address() const = 0;
    [[nodiscard]] virtual Address local_address() const = 0;
};

}  // namespace hyperlane::net
