#pragma once

/// What the schemes of authentication share (RFC 9110 11).

#include <optional>
#include <string>
#include <string_view>

namespace hyperlane::web {

/// Equal? Takes as long for every `given` of the same length, so that the time tells nothing about `secret`.
[[nodiscard]] bool equal_in_constant_time(std::string_view given, std::string_view secret) noexcept;

/// What follows the scheme in the value of Authorization; nothing if it has another one.
[[nodiscard]] std::optional<std::string_view> credentials_of(std::string_view authorization,
                                                             std::string_view scheme) noexcept;

/// Can it stand between quotes in WWW-Authenticate?
[[nodiscard]] bool is_realm(std::string_view text) noexcept;

}  // namespace hyperlane::web
