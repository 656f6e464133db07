#pragma once

/// Whose page made a browser send a request (RFC 6454): the one place where origins and hosts are compared.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane::http {

/// scheme "://" host [ ":" port ] (RFC 6454 7.1). Views its text.
struct Origin {
    std::string_view scheme;
    std::string_view host;              ///< of IPv6 with its brackets
    std::optional<std::uint16_t> port;  ///< written, or the default of http and https
};

/// returns  nothing for "null", which is nobody's page, and for what has a path, a user, a wildcard or no scheme
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view text) noexcept;

/// As browsers write it: in lower case, without a default port (RFC 6454 6.2).
[[nodiscard]] std::string write_origin(const Origin& origin);

/// The same scheme, host and port? Case and a default port that is written out mean nothing (RFC 6454 5). What is no
/// origin is not the same as anything.
[[nodiscard]] bool is_same_origin(std::string_view a, std::string_view b) noexcept;

/// Is a page of `origin` one of the server that a request with the field `Host: host` was sent to? A proxy may have
/// taken TLS off, so the scheme is not known here: only host and port count, and a port that `host` leaves out is the
/// default of the page's scheme (RFC 9110 7.2).
[[nodiscard]] bool is_origin_of_host(std::string_view origin, std::string_view host) noexcept;

/// For those who configure origins: empty if `text` is one, else what it should be.
[[nodiscard]] std::string mistake_in_origin(std::string_view text);

}  // namespace hyperlane::http
