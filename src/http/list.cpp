#include <hyperlane/http/list.hpp>
#include <hyperlane/http/chars.hpp>

#include <cstddef>

namespace hyperlane::http {

namespace {

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// The position behind a quoted string that begins at `at`; the end of the text if it is not closed.
std::size_t skip_quoted(std::string_view text, std::size_t at) noexcept {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '"') return at + 1;
        if (text[at] == '\\') ++at;
    }
    return text.size();
}

}  // namespace

bool equals_ignore_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

bool is_token(std::string_view text) noexcept { return !text.empty() && all(text, token_char); }

std::optional<std::string_view> ListReader::next() noexcept {
    while (!rest_.empty()) {
        std::size_t at = 0;
        while (at < rest_.size() && rest_[at] != separator_) at = rest_[at] == '"' ? skip_quoted(rest_, at) : at + 1;
        const std::string_view element = trim_ows(rest_.substr(0, at));
        rest_.remove_prefix(at < rest_.size() ? at + 1 : at);
        if (!element.empty()) return element;
    }
    return std::nullopt;
}

bool list_contains(std::string_view list, std::string_view wanted) noexcept {
    for (ListReader reader(list); const auto element = reader.next();) {
        if (equals_ignore_case(*element, wanted)) return true;
    }
    return false;
}

std::optional<Parameter> ParameterReader::next() noexcept {
    const auto element = failed_ ? std::nullopt : list_.next();
    if (!element.has_value()) return std::nullopt;
    const std::size_t equals = element->find('=');
    Parameter parameter{element->substr(0, equals), {}};
    if (equals != std::string_view::npos) parameter.value = element->substr(equals + 1);
    const bool quoted = parameter.value.size() >= 2 && parameter.value.front() == '"' &&
                        skip_quoted(parameter.value, 0) == parameter.value.size() && parameter.value.back() == '"';
    if (is_token(parameter.name) && (quoted || is_token(parameter.value))) return parameter;
    failed_ = true;
    return std::nullopt;
}

std::string_view without_parameters(std::string_view element) noexcept {
    return trim_ows(element.substr(0, element.find(';')));
}

std::optional<std::string_view> find_parameter(std::string_view element, std::string_view name, Arena& arena) {
    const std::size_t semicolon = element.find(';');
    if (semicolon == std::string_view::npos) return std::nullopt;
    for (ParameterReader reader(element.substr(semicolon)); const auto parameter = reader.next();) {
        if (equals_ignore_case(parameter->name, name)) return unquote(parameter->value, arena);
    }
    return std::nullopt;
}

std::optional<std::string_view> unquote(std::string_view text, Arena& arena) {
    if (text.empty() || text.front() != '"') return is_token(text) ? std::optional(text) : std::nullopt;
    if (text.size() < 2) return std::nullopt;
    const std::string_view inner = text.substr(1, text.size() - 2);
    const bool closed = text.back() == '"' && skip_quoted(text, 0) == text.size();
    if (!closed) return std::nullopt;
    if (!inner.contains('\\')) return inner;
    char* const begin = arena.allocate_text(inner.size());
    char* out = begin;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] == '\\' && ++i == inner.size()) return std::nullopt;
        *out++ = inner[i];
    }
    arena.trim(out);
    return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

std::optional<int> parse_qvalue(std::string_view text) noexcept {
    // "0" or "1", then perhaps "." and at most three digits; nothing but zeros after a one.
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int value = (text[0] - '0') * 1000;
    int place = 100;
    for (const char c : text.size() > 2 ? text.substr(2) : std::string_view{}) {
        if (!is(c, digit_char)) return std::nullopt;
        value += (c - '0') * place;
        place /= 10;
    }
    return value <= 1000 ? std::optional(value) : std::nullopt;
}

int weight_of(std::string_view element) noexcept {
    const std::size_t semicolon = element.find(';');
    if (semicolon == std::string_view::npos) return 1000;
    ParameterReader reader(element.substr(semicolon));
    while (const auto parameter = reader.next()) {
        if (equals_ignore_case(parameter->name, "q")) return parse_qvalue(parameter->value).value_or(0);
    }
    return reader.failed() ? 0 : 1000;
}

std::optional<int> weight_in_list(std::string_view list, std::string_view name) noexcept {
    std::optional<int> any;
    for (ListReader reader(list); const auto element = reader.next();) {
        const std::string_view what = without_parameters(*element);
        if (equals_ignore_case(what, name)) return weight_of(*element);
        if (what == "*") any = weight_of(*element);
    }
    return any;
}

}  // namespace hyperlane::http
