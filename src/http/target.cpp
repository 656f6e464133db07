#include <hyperlane/http/target.hpp>
#include <hyperlane/http/chars.hpp>
#include <hyperlane/http/list.hpp>
#include "h1/scan.hpp"

#include <algorithm>
#include <cstddef>

namespace hyperlane::http {

namespace {

/// IPv6address of RFC 3986 3.2.2: up to eight groups of hexadecimal digits, one "::" at most, an IPv4 address as the
/// last two.
class Ipv6Checker {
public:
    explicit Ipv6Checker(std::string_view text) noexcept : rest_(text) {}

    bool check() noexcept {
        if (take("::")) {
            compressed_ = true;
            if (rest_.empty()) return true;
        }
        for (;;) {
            if (rest_.contains('.') && !rest_.contains(':')) return is_ipv4(rest_) && is_complete(groups_ + 2);
            if (!take_group()) return false;
            if (rest_.empty()) return is_complete(groups_);
            if (take("::")) {
                if (compressed_) return false;
                compressed_ = true;
                if (rest_.empty()) return is_complete(groups_);
            } else if (!take(":") || rest_.empty()) {
                return false;
            }
        }
    }

private:
    bool take(std::string_view prefix) noexcept {
        if (!rest_.starts_with(prefix)) return false;
        rest_.remove_prefix(prefix.size());
        return true;
    }

    bool take_group() noexcept {
        std::size_t digits = 0;
        while (digits < rest_.size() && digits < 4 && is(rest_[digits], hex_digit)) ++digits;
        rest_.remove_prefix(digits);
        return digits > 0 && ++groups_ <= 8;
    }

    [[nodiscard]] bool is_complete(int groups) const noexcept { return compressed_ ? groups <= 7 : groups == 8; }

    static bool is_ipv4(std::string_view text) noexcept {
        for (int part = 0; part < 4; ++part) {
            std::size_t digits = 0;
            unsigned value = 0;
            for (; digits < text.size() && is(text[digits], digit_char) && digits < 4; ++digits) {
                value = value * 10 + static_cast<unsigned>(text[digits] - '0');
            }
            if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0')) return false;
            text.remove_prefix(digits);
            if (part < 3) {
                if (!text.starts_with('.')) return false;
                text.remove_prefix(1);
            }
        }
        return text.empty();
    }

    std::string_view rest_;
    int groups_ = 0;
    bool compressed_ = false;
};

// IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
bool is_future_address(std::string_view text) noexcept {
    if (text.empty() || (text.front() | 0x20) != 'v') return false;
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
    if (!all(text.substr(1, dot - 1), hex_digit)) return false;
    for (const char c : text.substr(dot + 1)) {
        if (!is(c, reg_name_char) && c != ':') return false;
    }
    return true;
}

bool is_reg_name(std::string_view text) noexcept {
    for (const char c : text) {
        if (!is(c, reg_name_char) && c != '%') return false;
    }
    return !text.empty() && is_valid_percent_encoding(text);
}

bool is_port(std::string_view text) noexcept {
    unsigned long value = 0;
    for (const char c : text) {
        if (!is(c, digit_char)) return false;
        value = value * 10 + static_cast<unsigned long>(c - '0');
        if (value > 65535) return false;
    }
    return true;
}

std::string_view port_of(std::string_view authority) noexcept {
    const std::size_t colon = authority.rfind(':');
    const std::size_t bracket = authority.rfind(']');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) return {};
    return authority.substr(colon + 1);
}

/// Only what may be in a target at all, and whole percent-encodings.
bool has_target_characters(std::string_view text) noexcept {
    const char* const end = text.data() + text.size();
    for (const char* p = text.data();;) {
        p = h1::scan<h1::TargetClass>(p, end);
        if (p == end) break;
        if (*p != '?' && *p != '%') return false;
        ++p;
    }
    return !text.empty() && is_valid_percent_encoding(text);
}

void split_path(std::string_view path_and_query, Target& out) noexcept {
    const std::size_t question = path_and_query.find('?');
    out.path = path_and_query.substr(0, question);
    out.has_query = question != std::string_view::npos;
    if (out.has_query) out.query = path_and_query.substr(question + 1);
}

std::optional<Target> split_absolute(std::string_view target) noexcept {
    const std::size_t scheme_end = target.find("://");
    if (scheme_end == std::string_view::npos) return std::nullopt;
    const std::string_view scheme = target.substr(0, scheme_end);
    if (!equals_ignore_case(scheme, "http") && !equals_ignore_case(scheme, "https")) return std::nullopt;
    const std::string_view rest = target.substr(scheme_end + 3);
    const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
    Target out{.form = TargetForm::absolute, .authority = rest.substr(0, authority_end)};
    if (!is_valid_authority(out.authority)) return std::nullopt;
    split_path(rest.substr(authority_end), out);
    return out;
}

}  // namespace

std::optional<Target> split_target(std::string_view target, Method method) noexcept {
    if (!has_target_characters(target)) return std::nullopt;
    if (method == Method::CONNECT) {
        // The port is not optional here (RFC 9110 9.3.6).
        if (!is_valid_authority(target) || port_of(target).empty()) return std::nullopt;
        return Target{.form = TargetForm::authority, .authority = target};
    }
    if (target.front() == '/') {
        Target out;
        split_path(target, out);
        return out;
    }
    if (target == "*") {
        if (method != Method::OPTIONS) return std::nullopt;
        return Target{.form = TargetForm::asterisk, .path = target};
    }
    return split_absolute(target);
}

bool is_valid_authority(std::string_view text) noexcept {
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos) return false;
        const std::string_view address = text.substr(1, bracket - 1);
        if (!Ipv6Checker(address).check() && !is_future_address(address)) return false;
        text.remove_prefix(bracket + 1);
        return text.empty() || (text.front() == ':' && is_port(text.substr(1)));
    }
    const std::size_t colon = text.find(':');
    return is_reg_name(text.substr(0, colon)) && (colon == std::string_view::npos || is_port(text.substr(colon + 1)));
}

bool is_valid_percent_encoding(std::string_view text) noexcept {
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
        if (text.size() - at < 3 || !is(text[at + 1], hex_digit) || !is(text[at + 2], hex_digit)) return false;
    }
    return true;
}

std::optional<std::string_view> percent_decode(std::string_view text, char* out) noexcept {
    const char* const begin = out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            *out++ = text[i];
            continue;
        }
        if (text.size() - i < 3 || !is(text[i + 1], hex_digit) || !is(text[i + 2], hex_digit)) return std::nullopt;
        *out++ = static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
        i += 2;
    }
    return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

}  // namespace hyperlane::http
