#pragma once

/// Base64 with padding (RFC 4648 section 4).

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace hyperlane::json {

[[nodiscard]] constexpr std::size_t base64_length(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }

/// Write `base64_length(bytes.size())` characters; returns where they end.
char* write_base64(std::span<const std::byte> bytes, char* out) noexcept;

/// Only the canonical form: padding where due, no other characters, unused bits zero.
[[nodiscard]] bool parse_base64(std::string_view text, std::vector<std::byte>& out);

}  // namespace hyperlane::json
