#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/net/network.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/middleware/trusted_proxies.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace hyperlane {

namespace {

class TrustedProxies {
public:
    explicit TrustedProxies(ProxyField field) : field_(field) {}

    std::string add(const std::string& proxy) {
        if (proxy == "unix") {
            unix_sockets_ = true;
            return {};
        }
        auto network = net::Network::parse(proxy);
        if (!network) return "trusted_proxies: " + network.error().message;
        networks_.push_back(*network);
        return {};
    }

    void operator()(Context ctx) const {
        Address client = ctx.get_peer_address();
        if (!trusts(client)) return;
        const FieldName name = field_ == ProxyField::forwarded ? header::forwarded : header::x_forwarded_for;
        const auto list = http::joined_field(ctx.exchange(), name);
        if (!list) return;
        std::vector<std::string_view> hops;
        for (http::ListReader reader(*list); const auto hop = reader.next();) hops.push_back(*hop);
        for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
            auto address = parse(*hop, ctx.exchange().arena);
            if (!address) break;  // "unknown" or a made-up name: who is before it cannot be known
            client = std::move(*address);
            if (!trusts(client)) break;
        }
        web::set_client_address(ctx, std::move(client));
    }

private:
    [[nodiscard]] bool trusts(const Address& address) const noexcept {
        if (address.kind() == Address::Kind::unix_socket) return unix_sockets_;
        const auto bytes = net::ip_bytes_of(address);
        return bytes && std::ranges::any_of(networks_, [&](const auto& network) { return network.contains(*bytes); });
    }

    [[nodiscard]] std::optional<Address> parse(std::string_view hop, Arena& arena) const {
        if (field_ == ProxyField::x_forwarded_for) return net::parse_node(hop);
        // for=192.0.2.43;proto=https;by=203.0.113.43
        for (http::ParameterReader reader(hop); const auto parameter = reader.next();) {
            if (!http::equals_ignore_case(parameter->name, "for")) continue;
            const auto node = http::unquote(parameter->value, arena);
            return node ? net::parse_node(*node) : std::nullopt;
        }
        return std::nullopt;
    }

    ProxyField field_;
    std::vector<net::Network> networks_;
    bool unix_sockets_ = false;
};

}  // namespace

Middleware trusted_proxies(TrustedProxiesOptions options) {
    if (options.proxies.empty()) return {.mistake = "trusted_proxies: name the addresses of the proxies"};
    TrustedProxies proxies(options.field);
    for (const std::string& proxy : options.proxies) {
        if (std::string mistake = proxies.add(proxy); !mistake.empty()) return {.mistake = std::move(mistake)};
    }
    return {.before = web::make_handler(std::move(proxies))};
}

}  // namespace hyperlane
