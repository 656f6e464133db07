#include <hyperlane/net/address.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

#include <arpa/inet.h>
#include <net/if.h>
#include <sys/un.h>

namespace hyperlane {

static_assert(sizeof(Address) <= 32);
static_assert(Address::max_path_bytes == sizeof(sockaddr_un::sun_path) - 1);

namespace {

constexpr std::string_view unix_prefix = "unix:";

std::unexpected<Error> bad_address(std::string_view text, std::string_view why) {
    std::string message = "'";
    message.append(text).append("' is not an address: ").append(why);
    return fail(ErrorCode::invalid_argument, std::move(message));
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// inet_pton wants a terminated string; a NUL within `text` must not cut it short.
template <std::size_t Size>
bool parse_ip(int family, std::string_view text, std::array<std::uint8_t, Size>& out) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return false;
    std::copy(text.begin(), text.end(), terminated.begin());
    return ::inet_pton(family, terminated.data(), out.data()) == 1;
}

/// The scope of a link-local address (RFC 4007 section 11): the index or the name of an interface.
std::optional<std::uint32_t> parse_scope(std::string_view text) {
    if (const auto index = parse_number<std::uint32_t>(text)) return index;
    const std::string name(text);
    if (name.empty() || name.size() >= IF_NAMESIZE || name.find('\0') != std::string::npos) return std::nullopt;
    const unsigned index = ::if_nametoindex(name.c_str());
    if (index == 0) return std::nullopt;
    return index;
}

Result<Address> parse_ipv6(std::string_view host, std::uint16_t port) {
    const std::size_t percent = host.find('%');
    Address::Ipv6Bytes bytes{};
    if (!parse_ip(AF_INET6, host.substr(0, percent), bytes)) return bad_address(host, "malformed IPv6 address");
    if (percent == std::string_view::npos) return Address::ipv6(bytes, port);
    const auto scope = parse_scope(host.substr(percent + 1));
    if (!scope) return bad_address(host, "no such network interface");
    return Address::ipv6(bytes, port, *scope);
}

}  // namespace

Address::Address(const Address& other)
    : bytes_(other.bytes_),
      scope_(other.scope_),
      port_(other.port_),
      kind_(other.kind_),
      path_(other.path_ ? std::make_unique<std::string>(*other.path_) : nullptr) {}

Address& Address::operator=(const Address& other) {
    if (this != &other) *this = Address(other);
    return *this;
}

Address Address::ipv4(const Ipv4Bytes& bytes, std::uint16_t port) noexcept {
    Address address;
    address.kind_ = Kind::ipv4;
    address.port_ = port;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

Address Address::ipv6(const Ipv6Bytes& bytes, std::uint16_t port, std::uint32_t scope) noexcept {
    Address address;
    address.kind_ = Kind::ipv6;
    address.port_ = port;
    address.scope_ = scope;
    address.bytes_ = bytes;
    return address;
}

Result<Address> Address::unix_socket(std::string_view path) {
    if (path.empty() || path == "@") return bad_address(path, "the path of the Unix socket is empty");
    // The leading @ stands for the NUL byte that marks an abstract name, so both kinds have the same limit.
    if (path.size() > max_path_bytes) {
        return bad_address(path, "the path of a Unix socket has at most " + std::to_string(max_path_bytes) + " bytes");
    }
    if (path[0] != '@' && path.find('\0') != std::string_view::npos) return bad_address(path, "NUL in a path");
    Address address;
    address.kind_ = Kind::unix_socket;
    address.path_ = std::make_unique<std::string>(path);
    return address;
}

Address Address::unnamed_unix_socket() noexcept {
    Address address;
    address.kind_ = Kind::unix_socket;
    return address;
}

Result<Address> Address::parse(std::string_view text) {
    if (text.starts_with(unix_prefix)) return unix_socket(text.substr(unix_prefix.size()));
    const std::size_t colon = text.rfind(':');
    const bool bracketed = text.starts_with('[');
    if (colon == std::string_view::npos || (bracketed && text.ends_with(']'))) {
        return bad_address(text, "the port is missing, as in 127.0.0.1:8080 or [::1]:8080");
    }
    const std::string_view host = text.substr(0, colon);
    if (bracketed ? !host.ends_with(']') : host.find(':') != std::string_view::npos) {
        return bad_address(text, "an IPv6 address with a port is written like [::1]:8080");
    }
    if (host.empty()) return bad_address(text, "the host is missing, as in 0.0.0.0:8080 for every interface");
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
    if (!port) return bad_address(text, "the port is not a number from 0 to 65535");
    return parse(host, *port);
}

Result<Address> Address::parse(std::string_view host, std::uint16_t port) {
    if (host.starts_with(unix_prefix)) return unix_socket(host.substr(unix_prefix.size()));
    if (host.starts_with('[') && host.ends_with(']')) return parse_ipv6(host.substr(1, host.size() - 2), port);
    if (host.find(':') != std::string_view::npos) return parse_ipv6(host, port);
    if (host == "localhost") return ipv4({127, 0, 0, 1}, port);
    Ipv4Bytes bytes{};
    if (parse_ip(AF_INET, host, bytes)) return ipv4(bytes, port);
    return bad_address(host,
                       "neither an IPv4 address like 127.0.0.1 nor an IPv6 address like ::1 (names are not looked up)");
}

std::string_view Address::ip_bytes() const noexcept {
    const std::size_t size = kind_ == Kind::ipv4 ? 4 : kind_ == Kind::ipv6 ? 16 : 0;
    return {reinterpret_cast<const char*>(bytes_.data()), size};
}

std::string Address::ip() const {
    if (!is_ip()) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(kind_ == Kind::ipv4 ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
    std::string result = text.data();
    if (scope_ != 0) result.append("%").append(std::to_string(scope_));
    return result;
}

std::string Address::to_string() const {
    switch (kind_) {
        case Kind::none: break;
        case Kind::ipv4: return ip() + ":" + std::to_string(port_);
        case Kind::ipv6: return "[" + ip() + "]:" + std::to_string(port_);
        case Kind::unix_socket: return std::string(unix_prefix).append(path());
    }
    return "unknown";
}

std::strong_ordering operator<=>(const Address& a, const Address& b) noexcept {
    if (const auto order = a.kind_ <=> b.kind_; order != 0) return order;
    if (const auto order = a.bytes_ <=> b.bytes_; order != 0) return order;
    if (const auto order = a.scope_ <=> b.scope_; order != 0) return order;
    if (const auto order = a.port_ <=> b.port_; order != 0) return order;
    return a.path() <=> b.path();
}

}  // namespace hyperlane

std::size_t std::hash<hyperlane::Address>::operator()(const hyperlane::Address& address) const noexcept {
    const auto mix = [](std::size_t seed, std::size_t more) noexcept {
        return seed ^ (more + 0x9e3779b97f4a7c15U + (seed << 6) + (seed >> 2));
    };
    std::size_t seed = static_cast<std::size_t>(address.kind());
    seed = mix(seed, std::hash<std::string_view>()(address.is_ip() ? address.ip_bytes() : address.path()));
    return mix(seed, (static_cast<std::size_t>(address.scope()) << 16) | address.port());
}
