#include "web/openapi/path.hpp"
#include "web/openapi/keywords.hpp"

#include <algorithm>

namespace hyperlane::web {

namespace {

// RFC 3986 3.3: what stands for itself in a segment.
void append_encoded(std::string& out, std::string_view literal) {
    constexpr std::string_view plain = "-._~!$&'()*+,;=:@";
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : literal) {
        if (is_word_character(c) || plain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte / 16];
            out += digits[byte % 16];
        }
    }
}

bool is_version(std::string_view text) {
    return text.size() > 1 && (text.front() == 'v' || text.front() == 'V') &&
           std::ranges::all_of(text.substr(1), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

PathTemplate path_template(const RoutePattern& pattern, const std::vector<std::string>& names) {
    PathTemplate out;
    for (const PatternSegment& segment : pattern.segments) {
        out.text += '/';
        out.shape += '/';
        for (const PatternPiece& piece : segment.pieces) {
            if (!piece.is_param) {
                append_encoded(out.text, piece.text);
                append_encoded(out.shape, piece.text);
                continue;
            }
            const auto at = out.parameters.size();
            const bool is_tail = segment.kind == SegmentKind::tail;
            const std::string& name = at < names.size() ? names[at] : piece.text;
            out.text += "{" + name + "}";
            out.shape += "{}";
            out.parameters.push_back({name, piece.text, is_tail ? std::string() : piece.regex, is_tail});
        }
    }
    return out;
}

std::string operation_id(std::string_view method, const RoutePattern& pattern) {
    std::string id(method);
    for (const PatternSegment& segment : pattern.segments) {
        for (const PatternPiece& piece : segment.pieces) {
            const std::string words = words_of(piece.text);
            if (!words.empty()) id += (piece.is_param ? "_by_" : "_") + words;
        }
    }
    return id == method ? id + "_root" : id;
}

std::string tag_of(const RoutePattern& pattern) {
    for (const PatternSegment& segment : pattern.segments) {
        if (segment.kind != SegmentKind::fixed) return {};
        const std::string text = segment.pieces.empty() ? "" : segment.pieces.front().text;
        if (!text.empty() && text != "api" && !is_version(text)) return text;
    }
    return {};
}

}  // namespace hyperlane::web
