#pragma once

/// Request methods (RFC 9110 section 9, PATCH: RFC 5789) and sets of them.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace hyperlane {

/// Any method that has no name here is OTHER; its token is in the request head.
enum class Method : std::uint8_t { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT, OTHER };

/// So that a route table reads `methods({GET, POST}, handler)`.
using enum Method;

/// Method tokens are case-sensitive: "get" is OTHER (RFC 9110 9.1).
[[nodiscard]] Method parse_method(std::string_view token) noexcept;

/// The token on the wire. OTHER has none: the result is empty.
[[nodiscard]] std::string_view name_of(Method method) noexcept;

/// Safe methods change nothing on the server (RFC 9110 9.2.1).
[[nodiscard]] constexpr bool is_safe(Method method) noexcept {
    return method == Method::GET || method == Method::HEAD || method == Method::OPTIONS || method == Method::TRACE;
}

class MethodSet {
public:
    constexpr MethodSet() = default;
    constexpr MethodSet(std::initializer_list<Method> methods) {
        for (const Method method : methods) insert(method);
    }

    [[nodiscard]] constexpr bool contains(Method method) const noexcept { return (bits_ & bit(method)) != 0; }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
    constexpr void insert(Method method) noexcept { bits_ = static_cast<std::uint16_t>(bits_ | bit(method)); }
    constexpr void insert(MethodSet other) noexcept { bits_ = static_cast<std::uint16_t>(bits_ | other.bits_); }
    constexpr bool operator==(const MethodSet&) const = default;

    /// The value of an Allow field, "GET, HEAD, POST" (RFC 9110 10.2.1). OTHER is left out.
    [[nodiscard]] std::string to_allow_value() const;

private:
    static constexpr unsigned bit(Method method) { return 1u << static_cast<unsigned>(method); }

    std::uint16_t bits_ = 0;
};

/// Everything that a route can answer to.
inline constexpr MethodSet all_methods{GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT, OTHER};

}  // namespace hyperlane
