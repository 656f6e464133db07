#include "web/openapi/path.hpp"
#include "web/openapi/keywords.hpp"

#include <algorithm>
#include <span>

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

// "/api", "/v1": what an API may begin with, and says nothing of it.
bool is_beginning(std::string_view name) { return name == "api" || is_version(name); }

// Empty where a parameter stands, and after a slash at the end.
std::string_view name_in(const PatternSegment& segment) {
    if (segment.kind != SegmentKind::fixed || segment.pieces.empty()) return {};
    return segment.pieces.front().text;
}

std::span<const PatternSegment> after(const RoutePattern& pattern, std::size_t skipped) {
    return std::span(pattern.segments).subspan(std::min(skipped, pattern.segments.size()));
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

std::size_t shared_segments(const std::vector<RoutePattern>& patterns) {
    if (patterns.empty()) return 0;
    const std::vector<PatternSegment>& first = patterns.front().segments;
    std::size_t shared = first.size();
    for (const RoutePattern& pattern : patterns) {
        const auto names = static_cast<std::size_t>(
            std::ranges::find_if(pattern.segments, [](const auto& each) { return name_in(each).empty(); }) -
            pattern.segments.begin());
        shared = std::min(shared, names == 0 ? 0 : names - 1);
        std::size_t same = 0;
        while (same < shared && name_in(pattern.segments[same]) == name_in(first[same])) ++same;
        shared = same;
    }
    return shared;
}

std::string tag_of(const RoutePattern& pattern, std::size_t skipped) {
    for (const PatternSegment& segment : after(pattern, skipped)) {
        if (segment.kind != SegmentKind::fixed) return {};
        const std::string_view name = name_in(segment);
        if (!name.empty() && !is_beginning(name)) return std::string(name);
    }
    return {};
}

std::string subject_of(const RoutePattern& pattern, std::size_t skipped) {
    std::vector<std::string> things;  // "users by id", "orders"
    bool is_named = true;             // the last one has its parameter
    for (const PatternSegment& segment : after(pattern, skipped)) {
        if (things.empty() && is_beginning(name_in(segment))) continue;
        for (const PatternPiece& piece : segment.pieces) {
            std::string words = words_of(piece.text);
            std::ranges::replace(words, '_', ' ');
            if (words.empty()) continue;
            if (things.empty() || (is_named && !piece.is_param)) things.emplace_back();
            if (!things.back().empty()) things.back() += ' ';
            things.back() += piece.is_param ? "by " + words : words;
            is_named = piece.is_param;
        }
    }
    std::string subject;
    for (auto thing = things.rbegin(); thing != things.rend(); ++thing) {
        subject += (subject.empty() ? "" : " of ") + *thing;
    }
    return subject.empty() ? "root" : subject;
}

}  // namespace hyperlane::web
