#pragma once

/// Names and values of fields that stand in the program itself: checked by the compiler, so that setting one costs
/// neither a check nor a copy.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperlane {

namespace http {

/// Fields that a response does not just carry along.
enum class FieldKind : std::uint8_t { plain, connection, content_length, content_type, date, transfer_encoding };

namespace detail {

// Pointers rather than views below: what the compiler evaluates for each constant, it evaluates for every program.
constexpr bool equals_lower_case(const char* text, const char* lower, std::size_t size) noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        const char c = text[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c) != lower[i]) return false;
    }
    return true;
}

/// Never defined: a call ends the evaluation of a constant, and the compiler's message names it.
void this_is_not_a_field_name();
void this_is_not_a_field_value();

consteval bool is_token(const char* text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        const char c = text[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || (c >= '0' && c <= '9')) continue;
        if (c < 0x21 || c > 0x7e) return false;
        for (const char* separator = "\"(),/:;<=>?@[\\]{}"; *separator != 0; ++separator) {
            if (c == *separator) return false;
        }
    }
    return size != 0;
}

consteval bool is_field_value(const char* text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        const char c = text[i];
        if ((c < ' ' && c != '\t') || c == 0x7f) return false;
    }
    return size == 0 || (text[0] > ' ' && text[size - 1] > ' ');
}

}  // namespace detail

/// Lengths tell the names of interest apart from nearly all others.
[[nodiscard]] constexpr FieldKind kind_of_field(std::string_view name) noexcept {
    const auto kind_if = [name](const char* lower, FieldKind kind) {
        return detail::equals_lower_case(name.data(), lower, name.size()) ? kind : FieldKind::plain;
    };
    switch (name.size()) {
        case 4: return kind_if("date", FieldKind::date);
        case 10: return kind_if("connection", FieldKind::connection);
        case 12: return kind_if("content-type", FieldKind::content_type);
        case 14: return kind_if("content-length", FieldKind::content_length);
        case 17: return kind_if("transfer-encoding", FieldKind::transfer_encoding);
        default: return FieldKind::plain;
    }
}

}  // namespace http

/// The name of a field: `constexpr FieldName x_trace("X-Trace");`
class FieldName {
public:
    template <std::size_t N>
    consteval explicit FieldName(const char (&literal)[N])
        : text_(static_cast<const char*>(literal), N - 1), kind_(http::kind_of_field(text_)) {
        if (!http::detail::is_token(literal, N - 1)) http::detail::this_is_not_a_field_name();
    }

    // NOLINTNEXTLINE(google-explicit-constructor): it is a text
    [[nodiscard]] constexpr operator std::string_view() const noexcept { return text_; }
    [[nodiscard]] constexpr http::FieldKind kind() const noexcept { return kind_; }

private:
    std::string_view text_;
    http::FieldKind kind_;
};

/// A value of a field: `constexpr FieldText no_store("no-store");`
class FieldText {
public:
    template <std::size_t N>
    consteval explicit FieldText(const char (&literal)[N]) : text_(static_cast<const char*>(literal), N - 1) {
        if (!http::detail::is_field_value(literal, N - 1)) http::detail::this_is_not_a_field_value();
    }

    // NOLINTNEXTLINE(google-explicit-constructor): it is a text
    [[nodiscard]] constexpr operator std::string_view() const noexcept { return text_; }

private:
    std::string_view text_;
};

}  // namespace hyperlane
