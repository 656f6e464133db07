#include "read_error.hpp"
#include <hyperlane/base/utf8.hpp>
#include "cursor.hpp"

#include <utility>

namespace hyperlane::json {
namespace {

struct Fault {
    std::size_t offset;
    std::size_t token;  // where the token starts that has the fault
    Problem problem;
    const char* message;
};

// The first thing that the vectorised scan objects to, with its place, which the scan does not tell.
Fault find_fault(std::string_view text) {
    const char* const end = text.data() + text.size();
    std::size_t string = text.size();
    bool in_string = false;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text.data() + i, end);
        if (length == 0 && i == 0 && (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))) {
            return {0, 0, Problem::utf8, "this is UTF-16, as its byte order mark says; JSON is UTF-8 (RFC 8259 8.1)"};
        }
        if (length == 0) return {i, in_string ? string : i, Problem::utf8, "this is not UTF-8"};
        const char c = text[i];
        if (in_string && static_cast<unsigned char>(c) < 0x20) {
            return {i, string, Problem::syntax, "a control character in a string must be escaped"};
        }
        i += length;
        if (c == '"') {
            if (!in_string) string = i - 1;
            in_string = !in_string;
        } else if (c == '\\' && in_string && i < text.size() && (text[i] == '"' || text[i] == '\\')) {
            ++i;
        }
    }
    return {string, string, Problem::syntax, "this string does not end"};
}

ReadError make_error(std::string_view text, Problem problem, std::size_t offset, std::string message) {
    ReadError error{.problem = problem, .pointer = {}, .message = std::move(message)};
    locate(text, offset, error);
    return error;
}

}  // namespace

void locate(std::string_view text, std::size_t offset, ReadError& error) {
    error.offset = offset;
    error.line = error.column = 1;
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++error.line;
            error.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
            ++error.column;
        }
    }
}

ReadError explain_scan(std::string_view text, ScanResult result, const ReadOptions& options) {
    if (result == ScanResult::too_large) return make_error(text, Problem::too_large, 0, "this text is too large");
    if (result == ScanResult::empty) {
        return make_error(text, Problem::syntax, text.size(), "the text ends too early: expected a value");
    }
    const Fault fault = find_fault(text);
    ReadError error = make_error(text, fault.problem, fault.offset, fault.message);
    // The text before the faulty token tells the way to it, and may have an error that comes first.
    const std::string_view before = text.substr(0, fault.token);
    Tokens tokens;
    if (tokens.scan(before) != ScanResult::ok) return error;
    Cursor cursor(before, tokens.begin(), options);
    if (cursor.check_value() && cursor.finish()) return error;
    ReadError first = cursor.error();
    if (first.offset < before.size()) return first;
    error.pointer = std::move(first.pointer);
    return error;
}

std::string_view name_of(Problem problem) noexcept {
    switch (problem) {
        case Problem::syntax: return "syntax";
        case Problem::utf8: return "utf8";
        case Problem::too_large: return "too_large";
        case Problem::too_deep: return "too_deep";
        case Problem::wrong_type: return "wrong_type";
        case Problem::out_of_range: return "out_of_range";
        case Problem::missing_member: return "missing_member";
        case Problem::unknown_member: return "unknown_member";
        case Problem::duplicate_key: return "duplicate_key";
        case Problem::bad_value: return "bad_value";
    }
    return "unknown";
}

std::string ReadError::to_string() const {
    const std::string place = " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
    return (pointer.empty() ? std::string() : pointer + ": ") + message + place;
}

Error ReadError::to_error() const { return Error(ErrorCode::bad_message, "JSON: " + to_string()); }

}  // namespace hyperlane::json
