#include <hyperlane/net/network.hpp>

#include <algorithm>
#include <charconv>
#include <string>

namespace hyperlane::net {

namespace {

constexpr std::size_t mapped_prefix_bytes = 12;

std::unexpected<Error> bad_network(std::string_view text) {
    return fail(ErrorCode::invalid_argument, "\"" + std::string(text) +
                                                 "\" is not a network: write it like \"10.0.0.0/8\", \"fd00::/8\" or " +
                                                 "\"192.0.2.1\"");
}

}  // namespace

std::optional<IpBytes> ip_bytes_of(const Address& address) noexcept {
    const std::string_view bytes = address.ip_bytes();
    IpBytes out{};
    if (bytes.size() == 4) {
        out[10] = out[11] = 0xff;
        std::copy(bytes.begin(), bytes.end(), out.begin() + mapped_prefix_bytes);
    } else if (bytes.size() == 16) {
        std::copy(bytes.begin(), bytes.end(), out.begin());
    } else {
        return std::nullopt;
    }
    return out;
}

std::optional<Address> parse_node(std::string_view text) {
    // More than one colon outside of brackets: IPv6 without a port.
    const bool bare_ipv6 = !text.starts_with('[') && std::ranges::count(text, ':') > 1;
    const std::size_t colon = bare_ipv6 ? std::string_view::npos : text.rfind(':');
    const bool has_port = colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos;
    std::uint16_t port = 0;
    if (has_port) {
        const std::string_view digits = text.substr(colon + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    }
    const std::string_view host = has_port ? text.substr(0, colon) : text;
    // Nothing but numbers: no "localhost", and no interface of ours behind "%".
    const auto numeric = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' || c == ':' ||
               c == '[' || c == ']';
    };
    if (!std::ranges::all_of(host, numeric)) return std::nullopt;
    auto address = Address::parse(host, port);
    if (!address || !address->is_ip()) return std::nullopt;
    return std::move(*address);
}

Result<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_node(text.substr(0, slash));
    if (!address || address->port() != 0) return bad_network(text);
    Network network;
    network.first_ = *ip_bytes_of(*address);
    const unsigned most = address->kind() == Address::Kind::ipv4 ? 32 : 128;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (error != std::errc() || end != digits.data() + digits.size() || bits > most) return bad_network(text);
    }
    network.bits_ = 128 - most + bits;
    return network;
}

bool Network::contains(const IpBytes& address) const noexcept {
    const std::size_t whole = bits_ / 8;
    if (!std::equal(first_.begin(), first_.begin() + whole, address.begin())) return false;
    const unsigned rest = bits_ % 8;
    if (rest == 0) return true;
    const unsigned mask = 0xffu << (8 - rest);
    return ((first_[whole] ^ address[whole]) & mask) == 0;
}

}  // namespace hyperlane::net
