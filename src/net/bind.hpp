#pragma once

/// Making a listening socket, and telling people why it could not be made.

#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/net/listener.hpp>

#include <string>

#include <sys/types.h>

namespace hyperlane::net {

/// A socket file in the file system, known by what it is and not only by its name.
struct SocketFile {
    std::string path;
    dev_t device = 0;
    ino_t inode = 0;

    /// Remove it, unless another process has put its own in its place.
    void remove() noexcept;
};

struct BoundSocket {
    Descriptor socket;
    SocketFile file;  // the path is empty unless this is a Unix socket with a file
};

[[nodiscard]] Result<BoundSocket> bind_and_listen(const Address& address, const ListenOptions& options);

/// Make the connections that the listening socket `fd` accepts send at once. Linux hands the option down to them.
void set_no_delay(int fd) noexcept;

/// Whether the listening socket `fd` hands over connections with their first bytes (`ListenOptions::defer_accept`).
[[nodiscard]] bool defers_accept(int fd) noexcept;

}  // namespace hyperlane::net
