#include "sockaddr.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace hyperlane::net {

namespace {

template <typename Native>
SocketAddress pack(const Native& native, std::size_t length = sizeof(Native)) noexcept {
    SocketAddress packed{};
    std::memcpy(&packed.storage, &native, sizeof native);
    packed.length = static_cast<socklen_t>(length);
    return packed;
}

template <typename Native>
Native unpack(const SocketAddress& from) noexcept {
    Native native{};
    std::memcpy(&native, &from.storage, std::min<std::size_t>(sizeof native, from.length));
    return native;
}

SocketAddress pack_unix(std::string_view path) noexcept {
    sockaddr_un native{};
    native.sun_family = AF_UNIX;
    path.copy(native.sun_path, sizeof native.sun_path - 1);
    const bool abstract = path.starts_with('@');
    if (abstract) native.sun_path[0] = '\0';
    // An abstract name is as long as it is; a path includes the NUL at its end.
    return pack(native, offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));
}

Address unpack_ipv6(const sockaddr_in6& native) noexcept {
    Address::Ipv6Bytes bytes{};
    std::memcpy(bytes.data(), &native.sin6_addr, bytes.size());
    const std::uint16_t port = ntohs(native.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&native.sin6_addr))
        return Address::ipv4({bytes[12], bytes[13], bytes[14], bytes[15]}, port);
    return Address::ipv6(bytes, port, native.sin6_scope_id);
}

Address unpack_unix(const SocketAddress& from) {
    const auto native = unpack<sockaddr_un>(from);
    constexpr std::size_t before_path = offsetof(sockaddr_un, sun_path);
    const std::size_t length =
        from.length > before_path ? std::min(from.length - before_path, sizeof native.sun_path) : 0;
    std::string path(native.sun_path, length);
    if (path.starts_with('\0')) {
        path[0] = '@';
    } else {
        path.resize(std::min(path.find('\0'), path.size()));
    }
    if (path.empty()) return Address::unnamed_unix_socket();
    auto address = Address::unix_socket(path);
    return address ? std::move(*address) : Address::unnamed_unix_socket();
}

}  // namespace

SocketAddress to_sockaddr(const Address& address) noexcept {
    assert(address.kind() != Address::Kind::none);
    if (address.kind() == Address::Kind::unix_socket) return pack_unix(address.path());
    if (address.kind() == Address::Kind::ipv4) {
        sockaddr_in native{};
        native.sin_family = AF_INET;
        native.sin_port = htons(address.port());
        std::memcpy(&native.sin_addr, address.ip_bytes().data(), sizeof native.sin_addr);
        return pack(native);
    }
    sockaddr_in6 native{};
    native.sin6_family = AF_INET6;
    native.sin6_port = htons(address.port());
    native.sin6_scope_id = address.scope();
    std::memcpy(&native.sin6_addr, address.ip_bytes().data(), sizeof native.sin6_addr);
    return pack(native);
}

Address from_sockaddr(const SocketAddress& from) {
    if (from.length < sizeof(sa_family_t)) return {};
    switch (from.storage.ss_family) {
        case AF_INET: {
            const auto native = unpack<sockaddr_in>(from);
            Address::Ipv4Bytes bytes{};
            std::memcpy(bytes.data(), &native.sin_addr, bytes.size());
            return Address::ipv4(bytes, ntohs(native.sin_port));
        }
        case AF_INET6: return unpack_ipv6(unpack<sockaddr_in6>(from));
        case AF_UNIX: return unpack_unix(from);
        default: return {};
    }
}

Address local_address_of(int socket) {
    SocketAddress address;
    address.length = sizeof address.storage;
    if (::getsockname(socket, address.get(), &address.length) != 0) return {};
    return from_sockaddr(address);
}

Address peer_address_of(int socket) {
    SocketAddress address;
    address.length = sizeof address.storage;
    if (::getpeername(socket, address.get(), &address.length) != 0) return {};
    return from_sockaddr(address);
}

}  // namespace hyperlane::net
