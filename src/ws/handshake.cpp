#include <hyperlane/http/exchange.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/origin.hpp>
#include <hyperlane/ws/handshake.hpp>
#include "ws/base64.hpp"
#include "ws/sha1.hpp"

#include <algorithm>

namespace hyperlane::websocket {

namespace {

constexpr std::string_view key_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t key_bytes = 24;

bool is_base64(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

std::size_t count_of(const http::Exchange& exchange, std::string_view name) noexcept {
    std::size_t count = 0;
    for (std::size_t i = 0; i < exchange.field_count(); ++i) {
        count += http::equals_ignore_case(exchange.field_at(i).name, name) ? 1 : 0;
    }
    return count;
}

}  // namespace

std::array<char, accept_key_bytes> accept_key(std::string_view key) noexcept {
    std::array<char, key_bytes + key_suffix.size()> text;
    const std::string_view used = key.substr(0, key_bytes);
    std::copy(key_suffix.begin(), key_suffix.end(), std::copy(used.begin(), used.end(), text.begin()));
    const Sha1Digest digest = sha1({text.data(), used.size() + key_suffix.size()});
    std::array<char, accept_key_bytes> out;
    write_base64(out.data(), digest);
    return out;
}

bool is_valid_key(std::string_view key) noexcept {
    if (key.size() != key_bytes || !key.ends_with("==")) return false;
    const std::string_view digits = key.substr(0, key_bytes - 2);
    // 22 characters hold 132 bits; the last 4 of them belong to no byte.
    return std::all_of(digits.begin(), digits.end(), is_base64) &&
           std::string_view("AQgw").find(digits.back()) != std::string_view::npos;
}

std::optional<Refusal> check_request(http::Exchange& exchange) {
    const http::RequestHead& head = exchange.head();
    const bool asks = head.connection_upgrade &&
                      http::list_contains(http::joined_field(exchange, "Upgrade").value_or(""), "websocket");
    if (exchange.method() != Method::GET || head.minor_version == 0 || !asks) {
        return Refusal{426,
                       "this is a WebSocket: ask for it with GET, HTTP/1.1, \"Connection: Upgrade\" and "
                       "\"Upgrade: websocket\" (RFC 6455 4.1)"};
    }
    const auto version = exchange.field("Sec-WebSocket-Version");
    if (!version) return Refusal{400, "Sec-WebSocket-Version is missing: 13 is expected"};
    if (*version != "13" || count_of(exchange, "Sec-WebSocket-Version") != 1) {
        return Refusal{426, "Sec-WebSocket-Version: only 13 is spoken here"};
    }
    const auto key = exchange.field("Sec-WebSocket-Key");
    if (!key) return Refusal{400, "Sec-WebSocket-Key is missing"};
    if (count_of(exchange, "Sec-WebSocket-Key") != 1) return Refusal{400, "Sec-WebSocket-Key is there more than once"};
    if (!is_valid_key(*key)) return Refusal{400, "Sec-WebSocket-Key must be 16 bytes in base64"};
    const auto subprotocols = http::joined_field(exchange, "Sec-WebSocket-Protocol");
    for (http::ListReader list(subprotocols.value_or("")); const auto name = list.next();) {
        if (!http::is_token(*name)) return Refusal{400, "Sec-WebSocket-Protocol must be a list of tokens"};
    }
    return std::nullopt;
}

bool origin_allowed(std::optional<std::string_view> origin, std::string_view host,
                    std::span<const std::string> allowed) noexcept {
    if (!origin) return true;
    if (allowed.empty()) return http::is_origin_of_host(*origin, host);
    return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& entry) {
        return entry == "*" || entry == *origin || http::is_same_origin(entry, *origin);
    });
}

std::string_view choose_subprotocol(std::string_view offered, std::span<const std::string> ours) noexcept {
    for (const std::string& name : ours) {
        for (http::ListReader list(offered); const auto other = list.next();) {
            if (*other == name) return name;
        }
    }
    return {};
}

}  // namespace hyperlane::websocket
