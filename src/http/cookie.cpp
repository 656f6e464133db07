#include <hyperlane/http/cookie.hpp>
#include <hyperlane/http/chars.hpp>
#include <hyperlane/http/date.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/list.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace hyperlane {

Cookie expired_cookie(std::string name, std::string path, std::string domain) {
    Cookie cookie;
    cookie.name = std::move(name);
    cookie.path = std::move(path);
    cookie.domain = std::move(domain);
    cookie.max_age = std::chrono::seconds(0);
    cookie.expires = std::chrono::sys_seconds{};
    return cookie;
}

namespace http {

namespace {

constexpr std::size_t max_pair_bytes = 4096;       // RFC 6265bis 5.6: longer ones are dropped by user agents
constexpr std::size_t max_attribute_bytes = 1024;  // likewise

// av-octet: any character but controls and ";". A path or domain outside ASCII is not portable, so it is refused too.
bool is_attribute_value(std::string_view text) noexcept {
    return text.size() <= max_attribute_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != ';'; });
}

bool is_cookie_value(std::string_view value) noexcept {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return all(value, cookie_octet);
}

bool has_prefix(std::string_view name, std::string_view prefix) noexcept {
    return name.size() >= prefix.size() && equals_ignore_case(name.substr(0, prefix.size()), prefix);
}

/// What is wrong with the cookie; empty if nothing is.
std::string_view fault_of_text(const Cookie& cookie) noexcept {
    if (!is_token(cookie.name)) return "the name of a cookie must be a token";
    if (!is_cookie_value(cookie.value)) return "the value holds a byte that RFC 6265 4.1.1 forbids: encode it";
    if (cookie.name.size() + cookie.value.size() > max_pair_bytes) return "name and value have more than 4096 bytes";
    if (!is_attribute_value(cookie.path) || (!cookie.path.empty() && cookie.path.front() != '/')) {
        return "Path must begin with \"/\" and hold neither \";\" nor control characters";
    }
    if (!is_attribute_value(cookie.domain) || cookie.domain.contains(' ')) return "Domain is not a host name";
    return {};
}

std::string_view fault_of_rules(const Cookie& cookie) noexcept {
    if (cookie.same_site == SameSite::none && !cookie.secure) return "SameSite=None needs Secure";
    if (cookie.partitioned && !cookie.secure) return "Partitioned needs Secure";
    // User agents compare the prefixes in any case (RFC 6265bis 4.1.3).
    if (has_prefix(cookie.name, "__Secure-") && !cookie.secure) return "a __Secure- name needs Secure";
    if (has_prefix(cookie.name, "__Host-") && (!cookie.secure || cookie.path != "/" || !cookie.domain.empty())) {
        return "a __Host- name needs Secure, Path=/ and no Domain";
    }
    return {};
}

std::string_view text_of(SameSite same_site) noexcept {
    switch (same_site) {
        case SameSite::unset: break;
        case SameSite::lax: return "; SameSite=Lax";
        case SameSite::strict: return "; SameSite=Strict";
        case SameSite::none: return "; SameSite=None";
    }
    return {};
}

char* write_lifetime(char* out, const Cookie& cookie) noexcept {
    if (cookie.expires.has_value()) {
        out = h1::write_text(out, "; Expires=");
        out = write_http_date(out, *cookie.expires);
    }
    if (cookie.max_age.has_value()) {
        const auto seconds = cookie.max_age->count();
        out = h1::write_text(out, "; Max-Age=");
        out = h1::write_decimal(out, seconds > 0 ? static_cast<std::uint64_t>(seconds) : 0);
    }
    return out;
}

char* write_attribute(char* out, std::string_view name, std::string_view value) noexcept {
    if (value.empty()) return out;
    out = h1::write_text(out, name);
    return h1::write_text(out, value);
}

bool is_readable_pair(CookiePair pair) noexcept {
    return is_token(pair.name) && std::none_of(pair.value.begin(), pair.value.end(), [](char c) {
               return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
           });
}

}  // namespace

Result<std::string_view> write_set_cookie(const Cookie& cookie, Arena& arena) {
    std::string_view fault = fault_of_text(cookie);
    if (fault.empty()) fault = fault_of_rules(cookie);
    if (!fault.empty()) {
        // The name is quoted only if it is harmless: messages end up in logs.
        const std::string shown = is_token(cookie.name) ? " \"" + cookie.name + "\"" : std::string();
        return fail(ErrorCode::invalid_argument, "cookie" + shown + ": " + std::string(fault));
    }
    constexpr std::size_t attributes_bytes = 192;  // all names of attributes, a date and a number
    const std::size_t most =
        cookie.name.size() + cookie.value.size() + cookie.path.size() + cookie.domain.size() + attributes_bytes;
    char* const begin = arena.allocate_text(most);
    char* out = h1::write_text(begin, cookie.name);
    *out++ = '=';
    out = h1::write_text(out, cookie.value);
    out = write_attribute(out, "; Path=", cookie.path);
    out = write_attribute(out, "; Domain=", cookie.domain);
    out = write_lifetime(out, cookie);
    if (cookie.secure) out = h1::write_text(out, "; Secure");
    if (cookie.http_only) out = h1::write_text(out, "; HttpOnly");
    out = h1::write_text(out, text_of(cookie.same_site));
    if (cookie.partitioned) out = h1::write_text(out, "; Partitioned");
    arena.trim(out);
    return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

std::optional<CookiePair> CookieReader::next() noexcept {
    while (!rest_.empty()) {
        const std::size_t end = rest_.find(';');
        const std::string_view text = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        const CookiePair pair{trim_ows(text.substr(0, equals)), trim_ows(text.substr(equals + 1))};
        if (is_readable_pair(pair)) return pair;
    }
    return std::nullopt;
}

std::optional<std::string_view> find_cookie(std::string_view field_value, std::string_view name) noexcept {
    for (CookieReader reader(field_value); const auto pair = reader.next();) {
        if (pair->name == name) return pair->value;
    }
    return std::nullopt;
}

}  // namespace http
}  // namespace hyperlane
