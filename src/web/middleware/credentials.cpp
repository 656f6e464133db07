#include <hyperlane/http/list.hpp>
#include "web/middleware/credentials.hpp"

#include <algorithm>

namespace hyperlane::web {

bool equal_in_constant_time(std::string_view given, std::string_view secret) noexcept {
    // Not `bool` and not short-circuited; volatile keeps the compiler from finding a way out.
    volatile unsigned different = given.size() == secret.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const auto other = secret.empty() ? '\0' : secret[i % secret.size()];
        different = different | static_cast<unsigned>(static_cast<unsigned char>(given[i] ^ other));
    }
    return different == 0;
}

std::optional<std::string_view> credentials_of(std::string_view authorization, std::string_view scheme) noexcept {
    if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return std::nullopt;
    if (!http::equals_ignore_case(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
    return http::trim_ows(authorization.substr(scheme.size()));
}

bool is_realm(std::string_view text) noexcept {
    return std::ranges::none_of(
        text, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace hyperlane::web
