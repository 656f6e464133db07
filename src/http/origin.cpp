#include <hyperlane/http/chars.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/origin.hpp>

#include <algorithm>
#include <charconv>

namespace hyperlane::http {

namespace {

struct HostAndPort {
    std::string_view host;
    std::optional<std::uint16_t> port;
};

std::optional<std::uint16_t> default_port(std::string_view scheme) noexcept {
    if (equals_ignore_case(scheme, "http")) return 80;
    if (equals_ignore_case(scheme, "https")) return 443;
    return std::nullopt;
}

bool is_scheme(std::string_view text) noexcept {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [](char c) { return (is(c, unreserved_char) && c != '_' && c != '~') || c == '+'; };
    return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), fits);
}

// What URLs take as a host: no list and no wildcard, and percent escapes have been resolved by the browser.
bool is_host(std::string_view text) noexcept {
    if (text.starts_with('[')) {
        const auto fits = [](char c) { return is(c, hex_digit) || c == ':' || c == '.'; };
        return text.size() > 2 && text.ends_with(']') && std::all_of(text.begin() + 1, text.end() - 1, fits);
    }
    const auto fits = [](char c) { return is(c, reg_name_char) && c != ',' && c != '*'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

// An empty port is none (RFC 3986 3.2.3).
std::optional<HostAndPort> parse_authority(std::string_view text) noexcept {
    HostAndPort found{text, std::nullopt};
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos && !text.ends_with(']')) {
        found.host = text.substr(0, colon);
        const std::string_view digits = text.substr(colon + 1);
        const char* const end = digits.data() + digits.size();
        std::uint16_t port = 0;
        if (!digits.empty()) {
            const auto read = std::from_chars(digits.data(), end, port);
            if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
            found.port = port;
        }
    }
    if (!is_host(found.host)) return std::nullopt;
    return found;
}

}  // namespace

std::optional<Origin> parse_origin(std::string_view text) noexcept {
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || text.ends_with(':')) return std::nullopt;
    const std::string_view scheme = text.substr(0, colon);
    const auto authority = parse_authority(text.substr(colon + 3));
    if (!is_scheme(scheme) || !authority) return std::nullopt;
    return Origin{scheme, authority->host, authority->port ? authority->port : default_port(scheme)};
}

std::string write_origin(const Origin& origin) {
    std::string text = std::string(origin.scheme) + "://" + std::string(origin.host);
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    if (origin.port != default_port(origin.scheme)) text += ":" + std::to_string(*origin.port);
    return text;
}

bool is_same_origin(std::string_view a, std::string_view b) noexcept {
    const auto first = parse_origin(a);
    const auto second = parse_origin(b);
    return first && second && equals_ignore_case(first->scheme, second->scheme) &&
           equals_ignore_case(first->host, second->host) && first->port == second->port;
}

bool is_origin_of_host(std::string_view origin, std::string_view host) noexcept {
    const auto page = parse_origin(origin);
    const auto asked = parse_authority(host);
    return page && asked && equals_ignore_case(page->host, asked->host) &&
           page->port == (asked->port ? asked->port : default_port(page->scheme));
}

std::string mistake_in_origin(std::string_view text) {
    if (parse_origin(text)) return {};
    return "\"" + std::string(text) +
           "\" is not an origin: write it like \"https://app.example\" or \"http://localhost:5173\", without a path";
}

}  // namespace hyperlane::http
