#include <hyperlane/http/query.hpp>
#include <hyperlane/http/chars.hpp>

#include <cstddef>

namespace hyperlane::http {

namespace {

void append_encoded(std::string& out, std::string_view text, CharClass kept, char never_kept) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        if (is(c, kept) && c != never_kept) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 0xf];
    }
}

bool needs_decoding(std::string_view text) noexcept { return text.find_first_of("%+") != std::string_view::npos; }

}  // namespace

std::optional<QueryPair> QueryReader::next() noexcept {
    while (!rest_.empty()) {
        const std::size_t end = rest_.find('&');
        const std::string_view pair = rest_.substr(0, end);
        rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) return QueryPair{pair, {}};
        return QueryPair{pair.substr(0, equals), pair.substr(equals + 1)};
    }
    return std::nullopt;
}

std::optional<std::string_view> decode_query_component(std::string_view text, Arena& arena) {
    if (!needs_decoding(text)) return text;
    char* const begin = arena.allocate_text(text.size());
    char* out = begin;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            *out++ = text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (text.size() - i < 3 || !is(text[i + 1], hex_digit) || !is(text[i + 2], hex_digit)) return std::nullopt;
        *out++ = static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
        i += 2;
    }
    arena.trim(out);
    return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

std::optional<std::string_view> find_query_value(std::string_view query, std::string_view name, Arena& arena) {
    for (QueryReader reader(query); const auto pair = reader.next();) {
        const auto found = decode_query_component(pair->name, arena);
        if (found == name) return decode_query_component(pair->value, arena);
    }
    return std::nullopt;
}

void append_query_component(std::string& out, std::string_view text) {
    append_encoded(out, text, unreserved_char, '\0');
}

void append_path_segment(std::string& out, std::string_view text) { append_encoded(out, text, path_char, '/'); }

}  // namespace hyperlane::http
