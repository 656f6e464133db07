#include <hyperlane/io/offload.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/net/dns.hpp>
#include "sockaddr.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

namespace hyperlane::net {

namespace {

using Addresses = Result<std::vector<Address>>;

ErrorCode code_of(int lookup_error) noexcept {
    switch (lookup_error) {
        case EAI_NONAME:
        case EAI_NODATA: return ErrorCode::not_found;
        case EAI_AGAIN:
        case EAI_MEMORY: return ErrorCode::unavailable;
        default: return ErrorCode::system;
    }
}

std::unexpected<Error> cannot_resolve(const std::string& host, int lookup_error) {
    const std::string doing = "cannot resolve '" + host + "'";
    if (lookup_error == EAI_SYSTEM) return fail_errno(errno, doing);
    return fail(code_of(lookup_error), doing + ": " + ::gai_strerror(lookup_error));
}

Address address_of(const addrinfo& entry, std::uint16_t port) {
    SocketAddress native{};
    native.length = std::min<socklen_t>(entry.ai_addrlen, sizeof native.storage);
    std::memcpy(&native.storage, entry.ai_addr, native.length);
    Address address = from_sockaddr(native);
    address.set_port(port);
    return address;
}

/// Blocks.
Addresses look_up(std::string host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* first = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &first);
    if (error != 0) return cannot_resolve(host, error);
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(first, ::freeaddrinfo);
    std::vector<Address> found;
    for (const addrinfo* entry = first; entry != nullptr; entry = entry->ai_next) {
        Address address = address_of(*entry, port);
        if (address.is_ip() && std::find(found.begin(), found.end(), address) == found.end()) {
            found.push_back(std::move(address));
        }
    }
    if (found.empty()) return cannot_resolve(host, EAI_NONAME);
    return found;
}

std::vector<Address> loopback(std::uint16_t port) {
    Address::Ipv6Bytes ipv6{};
    ipv6.back() = 1;
    return {Address::ipv4({127, 0, 0, 1}, port), Address::ipv6(ipv6, port)};
}

}  // namespace

Task<Addresses> resolve(std::string host, std::uint16_t port) {
    co_await yield_when_due();
    if (host == "localhost") co_return loopback(port);
    if (auto numeric = Address::parse(host, port)) co_return std::vector<Address>(1, *numeric);
    if (host.empty() || host.find_first_of(std::string_view("\0:[]%/", 6)) != std::string::npos) {
        co_return fail(ErrorCode::invalid_argument, "cannot resolve '" + host + "': this is no name of a host");
    }
    co_return co_await offload(look_up, std::move(host), port);
}

}  // namespace hyperlane::net
