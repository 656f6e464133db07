#pragma once

/// Sockets that accept connections: their own (TCP, Unix) or adopted from whoever started this process.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/net/address.hpp>
#include <hyperlane/net/stream.hpp>

#include <cstdint>
#include <optional>

namespace hyperlane::net {

/// Told of each connection, by the loop that the listener was started on. May pause or close the listener.
class Acceptor {
public:
    virtual void on_accept(std::unique_ptr<Stream> stream) noexcept = 0;

protected:
    ~Acceptor() = default;
};

struct ListenOptions {
    /// Connections that wait to be accepted; the system cuts it to net.core.somaxconn.
    int backlog = 4096;
    /// Let several listeners, one per loop, share a TCP address; the system spreads connections over them. All of
    /// them need it.
    bool reuse_port = false;
    /// Leave a TCP connection to the system until its first bytes have come (TCP_DEFER_ACCEPT): for protocols in which
    /// the client speaks first. One that stays silent comes about a second late. Left out where the system cannot.
    bool defer_accept = false;
    /// Whether a listener on an IPv6 address such as [::] leaves IPv4 alone.
    bool ipv6_only = false;
    /// Permission bits of a Unix socket file, such as 0660; by default what the umask leaves.
    std::optional<std::uint32_t> unix_mode = {};
};

/// A listening socket. Pinned; belongs to one loop once it was started. Destroy it through `Loop::dispose`, or when no
/// event of its loop is being dispatched.
///
/// When descriptors or memory run out, accepting pauses instead of failing for each connection that waits: it goes on
/// when `descriptor_freed` was called, and tries again every 100 ms. One warning every 10 s says so in the log.
class Listener {
public:
    virtual ~Listener() = default;

    /// Begin to accept. Once.
    /// errors   what the loop's backend says; closed
    virtual Result<> start(Loop& loop, Acceptor& acceptor) = 0;

    /// Leave connections to wait in the backlog. Idempotent, as is `resume`.
    virtual void pause() noexcept = 0;
    virtual void resume() noexcept = 0;

    /// Say that a descriptor of this process was closed, so that accepting may go on. One branch when it runs anyway.
    virtual void descriptor_freed() noexcept = 0;

    /// Stop accepting and close. A Unix socket file that this listener has made is removed. Idempotent.
    virtual void close() noexcept = 0;

    /// A second listener on the same socket, for another loop: each connection goes to one of them. For Unix sockets
    /// and adopted ones; TCP spreads better with `reuse_port`. Removing the socket file stays with this one.
    [[nodiscard]] virtual Result<std::unique_ptr<Listener>> duplicate() const = 0;

    /// Where it really listens: with the port that the system has chosen for port 0.
    [[nodiscard]] virtual const Address& local_address() const noexcept = 0;
};

/// Bind and listen. TCP_NODELAY is on for the connections.
///
/// A Unix socket file that exists is replaced when nobody listens there any more, and left alone otherwise.
///
/// errors   address_in_use, permission_denied, invalid_argument, already_exists (a file that is no socket), system; the
///          message says the address and the reason
[[nodiscard]] Result<std::unique_ptr<Listener>> listen(const Address& address, ListenOptions options = {});

/// Take over a listening stream socket. Its descriptor is closed in any case when this fails.
/// errors   invalid_argument when it is none
[[nodiscard]] Result<std::unique_ptr<Listener>> adopt_listener(int fd);

}  // namespace hyperlane::net
