#pragma once

/// A range of IP addresses: "10.0.0.0/8", "fd00::/8", "192.0.2.1".

#include <hyperlane/base/result.hpp>
#include <hyperlane/net/address.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hyperlane::net {

/// An address as 16 bytes; IPv4 as mapped into IPv6 (RFC 4291 2.5.5.2), so that both spellings of one are equal.
using IpBytes = std::array<std::uint8_t, 16>;

/// returns  nothing for Unix sockets
[[nodiscard]] std::optional<IpBytes> ip_bytes_of(const Address& address) noexcept;

/// An address as proxies write it: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
[[nodiscard]] std::optional<Address> parse_node(std::string_view text);

class Network {
public:
    /// errors  invalid_argument naming what is wrong
    [[nodiscard]] static Result<Network> parse(std::string_view text);
    [[nodiscard]] bool contains(const IpBytes& address) const noexcept;

private:
    IpBytes first_{};
    unsigned bits_ = 128;
};

}  // namespace hyperlane::net
