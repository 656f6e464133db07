#pragma once

/// `Address` as the operating system sees it.

#include <hyperlane/net/address.hpp>

#include <sys/socket.h>

namespace hyperlane::net {

struct SocketAddress {
    sockaddr_storage storage;
    socklen_t length;

    [[nodiscard]] const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
    [[nodiscard]] sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
};

/// in       address: not none
[[nodiscard]] SocketAddress to_sockaddr(const Address& address) noexcept;

/// An IPv4 address that is mapped into IPv6, as a dual-stack listener reports it, becomes the IPv4 address that it is.
/// returns  no address for a family that is not known
[[nodiscard]] Address from_sockaddr(const SocketAddress& from);

/// returns  no address when the socket has none
[[nodiscard]] Address local_address_of(int socket);
[[nodiscard]] Address peer_address_of(int socket);

}  // namespace hyperlane::net
