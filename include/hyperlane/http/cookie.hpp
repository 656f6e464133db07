#pragma once

/// Cookies (RFC 6265 and its revision, 6265bis): reading the Cookie field, writing Set-Cookie.

#include <hyperlane/base/arena.hpp>
#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane {

enum class SameSite : std::uint8_t { unset, lax, strict, none };

/// A cookie to set: `Cookie{.name = "id", .value = token, .http_only = true}`.
struct Cookie {
    std::string name = {};
    std::string value = {};
    std::string path = {};                             ///< empty: not sent
    std::string domain = {};                           ///< empty: the host that sets it only
    std::optional<std::chrono::seconds> max_age = {};  ///< zero or less deletes the cookie
    std::optional<std::chrono::sys_seconds> expires = {};
    bool secure = false;
    bool http_only = false;
    SameSite same_site = SameSite::unset;
    bool partitioned = false;
};

/// A cookie that deletes the one of the same name, path and domain.
[[nodiscard]] Cookie expired_cookie(std::string name, std::string path = {}, std::string domain = {});

namespace http {

/// The value of a Set-Cookie field.
///
/// returns  a view into the arena
/// errors   invalid_argument: a name that is no token, a byte that RFC 6265 4.1.1 forbids, more than 4096 bytes of name
///          and value, SameSite=None or Partitioned without Secure, or what `__Secure-` and `__Host-` names demand is
///          missing
[[nodiscard]] Result<std::string_view> write_set_cookie(const Cookie& cookie, Arena& arena);

/// One cookie of a request; both are views into the field value.
struct CookiePair {
    std::string_view name;
    std::string_view value;
};

/// Walks the pairs of one Cookie field. Lenient, because user agents send what servers and scripts once stored: a pair
/// without "=", with an empty or non-token name, or with a control character is skipped; quotes belong to the value.
///
///     for (CookieReader cookies(value); auto pair = cookies.next();) …
class CookieReader {
public:
    explicit CookieReader(std::string_view field_value) noexcept : rest_(field_value) {}

    [[nodiscard]] std::optional<CookiePair> next() noexcept;

private:
    std::string_view rest_;  // views the caller's text
};

/// The first cookie of that name, case-sensitive: user agents send the most specific path first (RFC 6265 5.4).
[[nodiscard]] std::optional<std::string_view> find_cookie(std::string_view field_value, std::string_view name) noexcept;

}  // namespace http
}  // namespace hyperlane
