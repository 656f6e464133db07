#include "cursor.hpp"
#include <hyperlane/base/utf8.hpp>
#include "pointer.hpp"
#include "read_error.hpp"

#include <algorithm>

namespace hyperlane::json {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The four digits behind "\u"; -1 when they are not.
std::int32_t parse_hex4(std::string_view text) {
    if (text.size() < 4) return -1;
    std::int32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const int digit = hex_digit(text[i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

// What the character behind a backslash stands for; '\0' for none.
char plain_escape(char c) {
    switch (c) {
        case '"':
        case '\\':
        case '/': return c;
        case 'b': return '\b';
        case 'f': return '\f';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return '\0';
    }
}

struct UnicodeEscape {
    std::uint32_t scalar;
    std::size_t length;  // 0: malformed; otherwise characters behind "\u"
    bool lone_surrogate;
};

UnicodeEscape parse_unicode_escape(std::string_view text) {
    const std::int32_t unit = parse_hex4(text);
    if (unit < 0) return {0, 0, false};
    if (unit < 0xD800 || unit > 0xDFFF) return {static_cast<std::uint32_t>(unit), 4, false};
    const bool pair = unit < 0xDC00 && text.substr(4).starts_with("\\u");
    const std::int32_t low = pair ? parse_hex4(text.substr(6)) : -1;
    if (low < 0xDC00 || low > 0xDFFF) return {0, 4, true};
    return {0x10000U + (static_cast<std::uint32_t>(unit - 0xD800) << 10 | static_cast<std::uint32_t>(low - 0xDC00)), 10,
            false};
}

struct EscapeFault {
    const char* at = nullptr;
    Problem problem = Problem::syntax;
    const char* message = nullptr;  // nullptr: there is none
};

EscapeFault unescape_text(std::string_view rest, std::string& out) {
    out.clear();
    out.reserve(rest.size());
    while (true) {
        const std::size_t plain = std::min(rest.find('\\'), rest.size());
        out.append(rest.substr(0, plain));
        rest.remove_prefix(plain);
        if (rest.empty()) return {};
        const char c = rest.size() > 1 ? rest[1] : '\0';
        if (const char meaning = plain_escape(c); meaning != '\0') {
            out += meaning;
            rest.remove_prefix(2);
            continue;
        }
        if (c != 'u') return {rest.data(), Problem::syntax, "this escape does not exist in JSON"};
        const UnicodeEscape escape = parse_unicode_escape(rest.substr(2));
        if (escape.length == 0) return {rest.data(), Problem::syntax, "\\u needs four hexadecimal digits"};
        if (escape.lone_surrogate) return {rest.data(), Problem::utf8, "half of a surrogate pair"};
        append_utf8(out, escape.scalar);
        rest.remove_prefix(2 + escape.length);
    }
}

std::string_view name_of_value(char first) {
    switch (first) {
        case '{': return "an object";
        case '[': return "an array";
        case '"': return "a string";
        case 't':
        case 'f': return "a boolean";
        case 'n': return "null";
        default: return "a number";
    }
}

}  // namespace

bool Cursor::unescape(const RawString& raw, std::string& out) {
    const EscapeFault fault = unescape_text(raw.text, out);
    return fault.message == nullptr || fail(fault.problem, fault.at, fault.message);
}

bool Cursor::check_value() {
    switch (peek()) {
        case '{': return check_object();
        case '[': return check_array();
        case 't': return literal("true");
        case 'f': return literal("false");
        case 'n': return literal("null");
        case '"': {
            RawString raw;
            std::string unused;
            return string(raw) && (!raw.escaped || unescape(raw, unused));
        }
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9': {
            NumberText unused;
            return number(unused);
        }
        default: return fail_syntax("expected a value");
    }
}

bool Cursor::check_object() {
    if (!enter()) return false;
    bool more = peek() != '}';
    if (!more) skip_token();
    while (more) {
        RawString name;
        std::string unused;
        if (!key(name) || (name.escaped && !unescape(name, unused))) return false;
        if (!check_value()) return leave(name);
        if (!separator('}', more)) return false;
    }
    leave_container();
    return true;
}

bool Cursor::check_array() {
    if (!enter()) return false;
    bool more = peek() != ']';
    if (!more) skip_token();
    for (std::size_t index = 0; more; ++index) {
        if (!check_value()) return leave(index);
        if (!separator(']', more)) return false;
    }
    leave_container();
    return true;
}

bool Cursor::skip_unchecked() noexcept {
    std::size_t open = 0;
    do {
        const char c = peek();
        if (c == '\0') return false;
        if (c == '{' || c == '[') ++open;
        if (c == '}' || c == ']') {
            if (open == 0) return false;
            --open;
        }
        skip_token();
    } while (open > 0);
    return true;
}

bool Cursor::fail(Problem problem, std::size_t offset, std::string message) {
    if (most_errors_ == 1) faults_.clear();
    faults_.push_back({problem, offset, std::move(message), {}});
    return false;
}

bool Cursor::fail_syntax(std::string_view expected) {
    const std::size_t at = offset();
    if (at == 0 && std::string_view(text_, size_).starts_with("\xEF\xBB\xBF")) {
        return fail(Problem::syntax, at,
                    "the text begins with a byte order mark, which JSON must not have (RFC 8259 8.1)");
    }
    if (at >= size_) return fail(Problem::syntax, size_, "the text ends too early: " + std::string(expected));
    return fail(Problem::syntax, at, std::string(expected));
}

bool Cursor::fail_type(std::string_view expected) {
    const std::size_t at = offset();
    const char first = peek();
    if (!check_value()) return false;
    return fail(Problem::wrong_type, at,
                "expected " + std::string(expected) + ", got " + std::string(name_of_value(first)));
}

bool Cursor::fail_depth() { return fail(Problem::too_deep, offset(), "arrays and objects are nested too deeply"); }

bool Cursor::fail_separator(char close) {
    return fail_syntax(close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
}

bool Cursor::leave(std::string_view reference) {
    faults_.back().path.emplace_back(reference);
    return false;
}

bool Cursor::leave(const RawString& key) {
    if (!key.escaped) return leave(key.text);
    std::string name;
    unescape_text(key.text, name);  // has been read before, so it is sound
    return leave(std::string_view(name));
}

bool Cursor::leave(std::size_t index) { return leave(std::string_view(std::to_string(index))); }

bool Cursor::recover(const std::uint32_t* begin, std::string_view reference) {
    for (Fault& fault : faults_) {
        if (fault.offset >= *begin) fault.path.emplace_back(reference);
    }
    if (is_full() || faults_.back().problem <= Problem::too_deep) return false;
    next_ = begin;
    std::size_t open = 0;
    for (char c = peek(); open > 0 || (c != ',' && c != '}' && c != ']'); c = peek()) {
        if (c == '\0') return false;
        if (c == '{' || c == '[') ++open;
        if (c == '}' || c == ']') --open;
        skip_token();
    }
    return true;
}

bool Cursor::recover(const std::uint32_t* begin, std::size_t index) {
    return recover(begin, std::string_view(std::to_string(index)));
}

bool Cursor::is_sound_since(std::size_t offset) const noexcept {
    return std::ranges::none_of(faults_, [offset](const Fault& fault) { return fault.offset >= offset; });
}

ReadError Cursor::to_error(const Fault& fault) const {
    ReadError result{.problem = fault.problem, .pointer = join_pointer(fault.path), .message = fault.message};
    locate({text_, size_}, fault.offset, result);
    return result;
}

std::vector<ReadError> Cursor::errors() const {
    std::vector<ReadError> result;
    result.reserve(faults_.size());
    for (const Fault& fault : faults_) result.push_back(to_error(fault));
    return result;
}

}  // namespace hyperlane::json
