#include <hyperlane/http/list.hpp>
#include <hyperlane/ws/deflate.hpp>

#include <algorithm>
#include <utility>

namespace hyperlane::websocket {

namespace {

constexpr std::string_view extension_name = "permessage-deflate";

/// The parameters of one element of the list, as they are written.
struct Written {
    bool server_no_context = false;
    bool client_no_context = false;
    bool has_client_bits = false;
    std::optional<int> server_bits;
    std::optional<int> client_bits;  // a client may leave the value out
};

// 8 to 15 without a leading zero (RFC 7692 7.1.2); a value may come as a quoted string.
std::optional<int> parse_bits(std::string_view text) noexcept {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    if (text.size() == 1 && (text[0] == '8' || text[0] == '9')) return text[0] - '0';
    if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5') return 10 + (text[1] - '0');
    return std::nullopt;
}

bool take_parameter(std::string_view text, Written& out) noexcept {
    const std::size_t equals = text.find('=');
    const std::string_view name = http::trim_ows(text.substr(0, equals));
    const bool has_value = equals != std::string_view::npos;
    const std::string_view value = has_value ? http::trim_ows(text.substr(equals + 1)) : std::string_view();
    if (name == "server_no_context_takeover") return !has_value && !std::exchange(out.server_no_context, true);
    if (name == "client_no_context_takeover") return !has_value && !std::exchange(out.client_no_context, true);
    if (name == "server_max_window_bits") {
        if (out.server_bits) return false;
        out.server_bits = parse_bits(value);
        return out.server_bits.has_value();
    }
    if (name == "client_max_window_bits") {
        if (std::exchange(out.has_client_bits, true)) return false;
        if (has_value) out.client_bits = parse_bits(value);
        return !has_value || out.client_bits.has_value();
    }
    return false;
}

// returns  nothing if it is another extension or malformed
std::optional<Written> parse_element(std::string_view element) {
    http::ListReader parts(element, ';');
    const auto name = parts.next();
    if (!name || !http::equals_ignore_case(*name, extension_name)) return std::nullopt;
    Written written;
    while (const auto part = parts.next()) {
        if (!take_parameter(*part, written)) return std::nullopt;
    }
    return written;
}

void add_bits(std::string& text, std::string_view name, int bits) {
    text.append("; ").append(name).append("=").append(std::to_string(bits));
}

std::string write_answer(const DeflateParameters& chosen, bool server_bits, bool client_bits) {
    std::string text(extension_name);
    if (chosen.server_no_context_takeover) text += "; server_no_context_takeover";
    if (chosen.client_no_context_takeover) text += "; client_no_context_takeover";
    if (server_bits) add_bits(text, "server_max_window_bits", chosen.server_max_window_bits);
    if (client_bits) add_bits(text, "client_max_window_bits", chosen.client_max_window_bits);
    return text;
}

}  // namespace

std::optional<DeflateAnswer> accept_deflate(std::string_view offers, const DeflateOptions& options) {
    if (!options.enabled) return std::nullopt;
    http::ListReader list(offers);
    while (const auto element = list.next()) {
        const auto offer = parse_element(*element);
        if (!offer) continue;
        DeflateParameters chosen;
        chosen.server_no_context_takeover = offer->server_no_context || !options.own_context;
        chosen.client_no_context_takeover = offer->client_no_context || !options.peer_context;
        chosen.server_max_window_bits = std::min(offer->server_bits.value_or(15), options.own_window_bits);
        // A client that does not speak of its window cannot be told what it is (RFC 7692 7.1.2.2).
        if (offer->has_client_bits) {
            chosen.client_max_window_bits = std::min(offer->client_bits.value_or(15), options.peer_window_bits);
        }
        const bool say_server = offer->server_bits.has_value() || chosen.server_max_window_bits < 15;
        const bool say_client = chosen.client_max_window_bits < 15;
        return DeflateAnswer{chosen, write_answer(chosen, say_server, say_client)};
    }
    return std::nullopt;
}

std::string offer_deflate(const DeflateOptions& options) {
    if (!options.enabled) return {};
    std::string text(extension_name);
    if (!options.peer_context) text += "; server_no_context_takeover";
    if (!options.own_context) text += "; client_no_context_takeover";
    if (options.peer_window_bits < 15) add_bits(text, "server_max_window_bits", options.peer_window_bits);
    if (options.own_window_bits < 15) {
        add_bits(text, "client_max_window_bits", options.own_window_bits);
    } else {
        text += "; client_max_window_bits";
    }
    return text;
}

std::optional<DeflateParameters> check_deflate_answer(std::string_view answer, const DeflateOptions& options) {
    http::ListReader list(answer);
    const auto element = list.next();
    if (!options.enabled || !element || list.next()) return std::nullopt;
    const auto written = parse_element(*element);
    if (!written || (written->has_client_bits && !written->client_bits)) return std::nullopt;
    DeflateParameters agreed;
    agreed.server_no_context_takeover = written->server_no_context;
    agreed.client_no_context_takeover = written->client_no_context || !options.own_context;
    agreed.server_max_window_bits = written->server_bits.value_or(15);
    agreed.client_max_window_bits = std::min(written->client_bits.value_or(15), options.own_window_bits);
    if (agreed.server_max_window_bits > options.peer_window_bits) return std::nullopt;
    if (!options.peer_context && !agreed.server_no_context_takeover) return std::nullopt;
    return agreed;
}

}  // namespace hyperlane::websocket
