#include "web/openapi/keywords.hpp"
#include "web/openapi/schema.hpp"

namespace hyperlane::web {

namespace {

// What follows a backslash: the same in both, or \x with two digits, or a category such as \p{Lu}.
bool is_portable_escape(std::string_view rest, bool in_class) {
    if (rest.empty()) return false;
    constexpr std::string_view same = "dDwWsStnrfvbB^$\\.*+?()[]{}|/";
    if (same.find(rest.front()) != std::string_view::npos) return true;
    if (rest.front() == '-') return in_class;
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    if (rest.front() == 'x') return rest.size() >= 3 && is_hex(rest[1]) && is_hex(rest[2]);
    if (rest.front() != 'p' && rest.front() != 'P') return false;
    const auto close = rest.find('}');
    return rest.size() > 1 && rest[1] == '{' && (close == 3 || close == 4) && rest[2] != '^';
}

bool ends_in_anchor(std::string_view regex) {
    if (!regex.ends_with('$')) return false;
    const auto body = regex.substr(0, regex.size() - 1);
    const auto last_other = body.find_last_not_of('\\');
    const auto backslashes = body.size() - (last_other == std::string_view::npos ? 0 : last_other + 1);
    return backslashes % 2 == 0;
}

// `pattern` looks for a match anywhere in the text.
std::string anchored(std::string_view regex) {
    if (regex.find('|') != std::string_view::npos) return "^(?:" + std::string(regex) + ")$";
    return (regex.starts_with('^') ? "" : "^") + std::string(regex) + (ends_in_anchor(regex) ? "" : "$");
}

}  // namespace

bool is_portable_regex(std::string_view regex) {
    bool in_class = false;
    for (std::size_t at = 0; at < regex.size(); ++at) {
        const auto rest = regex.substr(at + 1);
        if (regex[at] == '\\') {
            if (!is_portable_escape(rest, in_class)) return false;
            ++at;
        } else if (in_class) {
            if (regex[at] == '[' && rest.starts_with(':')) return false;  // [[:alpha:]]
            in_class = regex[at] != ']';
        } else if (regex[at] == '[') {
            in_class = true;
            if (rest.starts_with(']') || rest.starts_with("^]")) return false;  // ends the class in ECMAScript
        } else if (regex[at] == '(' && rest.starts_with('?') && !rest.starts_with("?:")) {
            return false;  // flags, and the names of groups
        }
    }
    return true;
}

void add_pattern(json::Value& schema, std::string_view regex) {
    if (!is_portable_regex(regex)) {
        add_description(schema, "matches the regular expression " + std::string(regex) + " (RE2)");
    } else if (schema.find("pattern") == nullptr) {
        schema.set("pattern", anchored(regex));
    } else {
        auto* all = schema.find("allOf");
        if (all == nullptr) all = &schema.set("allOf", json::Value::array());
        all->push_back(json::Value::object({{"pattern", anchored(regex)}}));
    }
}

}  // namespace hyperlane::web
