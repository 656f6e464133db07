#pragma once

/// The grammar that many fields share: comma lists, parameters, quoted strings, quality values (RFC 9110 5.6, 12.4.2).

#include <hyperlane/base/arena.hpp>

#include <optional>
#include <string_view>

namespace hyperlane::http {

/// ASCII only, as everywhere in HTTP.
[[nodiscard]] bool equals_ignore_case(std::string_view a, std::string_view b) noexcept;

[[nodiscard]] constexpr std::string_view trim_ows(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// A non-empty run of tchar (RFC 9110 5.6.2).
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Walks the elements of a comma list: trimmed, empty ones skipped, commas in quoted strings kept (RFC 9110 5.6.1).
///
///     for (ListReader list(value); auto element = list.next();) …
///
/// overlap  the elements are views into the text, which must live as long as they
class ListReader {
public:
    explicit ListReader(std::string_view text, char separator = ',') noexcept : rest_(text), separator_(separator) {}

    [[nodiscard]] std::optional<std::string_view> next() noexcept;

private:
    std::string_view rest_;  // views the caller's text
    char separator_;
};

/// True if one element of the list is `wanted`, in any case.
[[nodiscard]] bool list_contains(std::string_view list, std::string_view wanted) noexcept;

/// `name=value` of a parameter list; `value` is as it came, perhaps a quoted string.
struct Parameter {
    std::string_view name;
    std::string_view value;
};

/// Walks `; name=value` pairs as in Content-Type and Content-Disposition (RFC 9110 5.6.6). Pairs that break the grammar
/// end the walk and set `failed`.
class ParameterReader {
public:
    /// in  everything after the first element: `; charset=utf-8; q=0.5`, the first ";" included or not
    explicit ParameterReader(std::string_view text) noexcept : list_(text, ';') {}

    [[nodiscard]] std::optional<Parameter> next() noexcept;
    [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
    ListReader list_;
    bool failed_ = false;
};

/// What stands before the first ";" of an element ("text/html" in "text/html; q=0.5").
[[nodiscard]] std::string_view without_parameters(std::string_view element) noexcept;

/// The value of one parameter of an element, unquoted into the arena if need be; nullopt if absent or malformed.
[[nodiscard]] std::optional<std::string_view> find_parameter(std::string_view element, std::string_view name,
                                                             Arena& arena);

/// The text of a quoted string, or a token as it is; nullopt if it is neither. Copies only if there is a backslash.
[[nodiscard]] std::optional<std::string_view> unquote(std::string_view text, Arena& arena);

/// A weight in thousandths: "0.5" is 500, "1" is 1000; nullopt if malformed (RFC 9110 12.4.2).
[[nodiscard]] std::optional<int> parse_qvalue(std::string_view text) noexcept;

/// The weight of an element of an Accept-like list: its "q" parameter, 1000 if it has none, 0 if that is malformed.
[[nodiscard]] int weight_of(std::string_view element) noexcept;

/// The weight that an Accept-Encoding-like list gives a name: that of the name, else that of "*", else nullopt.
[[nodiscard]] std::optional<int> weight_in_list(std::string_view list, std::string_view name) noexcept;

}  // namespace hyperlane::http
