#pragma once

/// Where a stream leads: an IP address with a port, or the name of a Unix socket.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hyperlane {

/// A value. 32 bytes; only the name of a Unix socket is on the heap.
class Address {
public:
    enum class Kind : std::uint8_t {
        none,  ///< unknown
        ipv4,
        ipv6,
        unix_socket,  ///< its `path()` is empty for a client that has not bound itself to a name
    };
    using Ipv4Bytes = std::array<std::uint8_t, 4>;
    using Ipv6Bytes = std::array<std::uint8_t, 16>;

    static constexpr std::size_t max_path_bytes = 107;

    Address() noexcept = default;
    Address(const Address& other);
    Address(Address&& other) noexcept = default;
    Address& operator=(const Address& other);
    Address& operator=(Address&& other) noexcept = default;
    ~Address() = default;

    [[nodiscard]] static Address ipv4(const Ipv4Bytes& bytes, std::uint16_t port) noexcept;
    [[nodiscard]] static Address ipv6(const Ipv6Bytes& bytes, std::uint16_t port, std::uint32_t scope = 0) noexcept;

    /// in       path: of a socket file, or `@name` for a name in the abstract namespace of Linux
    /// errors   invalid_argument (empty, too long, NUL in the path of a file)
    [[nodiscard]] static Result<Address> unix_socket(std::string_view path);

    /// A Unix socket that has not been bound to a name, as most clients are.
    [[nodiscard]] static Address unnamed_unix_socket() noexcept;

    /// Parse "127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:80", "localhost:80", "unix:/run/x.sock" or "unix:@name". Other
    /// names need `resolve`; localhost is 127.0.0.1 (RFC 6761 section 6.3).
    ///
    /// errors   invalid_argument, with a message that says what is wrong and how to write it
    [[nodiscard]] static Result<Address> parse(std::string_view text);

    /// The same with the port apart; an IPv6 host may have its brackets or not, and "unix:…" ignores the port.
    [[nodiscard]] static Result<Address> parse(std::string_view host, std::uint16_t port);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_ip() const noexcept { return kind_ == Kind::ipv4 || kind_ == Kind::ipv6; }

    /// 0 unless this is an IP address.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    void set_port(std::uint16_t port) noexcept { port_ = port; }

    /// "127.0.0.1", "::1", "fe80::1%2" (RFC 5952); empty unless this is an IP address.
    [[nodiscard]] std::string ip() const;

    /// The address in network order: 4 bytes of an IPv4 address, 16 of an IPv6 address, else none. Views this.
    [[nodiscard]] std::string_view ip_bytes() const noexcept;
    [[nodiscard]] std::uint32_t scope() const noexcept { return scope_; }

    /// "/run/x.sock" or "@name"; empty unless this is a Unix socket. Views this.
    [[nodiscard]] std::string_view path() const noexcept {
        return path_ ? std::string_view(path_->data(), path_->size()) : std::string_view();
    }

    /// What `parse` takes; "unknown" for no address.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const Address& a, const Address& b) noexcept { return (a <=> b) == 0; }
    friend std::strong_ordering operator<=>(const Address& a, const Address& b) noexcept;

private:
    std::array<std::uint8_t, 16> bytes_{};
    std::uint32_t scope_ = 0;
    std::uint16_t port_ = 0;
    Kind kind_ = Kind::none;
    std::unique_ptr<std::string> path_;
};

namespace net {
using hyperlane::Address;
}

}  // namespace hyperlane

template <>
struct std::hash<hyperlane::Address> {
    [[nodiscard]] std::size_t operator()(const hyperlane::Address& address) const noexcept;
};
