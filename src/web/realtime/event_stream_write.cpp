// The format (WHATWG HTML 9.2.5): lines "name: value", an empty line ends an event. A line ends with LF, CR or CRLF,
// so text of several lines is sent as several fields.

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/web/realtime/event_stream.hpp>

#include <algorithm>

namespace hyperlane::web {

namespace {

constexpr std::string_view line_ends("\r\n");

bool fits_in_a_line(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }) &&
           is_utf8(text);
}

Error bad_field(std::string_view name, std::string_view value) {
    return Error(ErrorCode::invalid_argument, "the " + std::string(name) + " of an event, \"" +
                                                  std::string(value.substr(0, 64)) +
                                                  "\": expected UTF-8 without CR, LF and NUL");
}

Error bad_text(std::string_view name) {
    return Error(ErrorCode::invalid_argument,
                 "the " + std::string(name) + " of an event: expected UTF-8, as the format has no other encoding");
}

void write_field(std::string_view prefix, std::string_view value, std::string& out) {
    out.append(prefix).append(value).append("\n");
}

void write_lines(std::string_view prefix, std::string_view text, std::string& out) {
    for (;;) {
        const std::size_t end = text.find_first_of(line_ends);
        write_field(prefix, text.substr(0, end), out);
        if (end == std::string_view::npos) return;
        const bool pair = text.substr(end, 2) == line_ends;
        text.remove_prefix(end + (pair ? 2 : 1));
    }
}

}  // namespace

Result<> write_event(const ServerEvent& event, std::string& out) {
    if (!fits_in_a_line(event.event)) return std::unexpected(bad_field("name", event.event));
    if (event.id && !fits_in_a_line(*event.id)) return std::unexpected(bad_field("id", *event.id));
    if (event.data && !is_utf8(*event.data)) return std::unexpected(bad_text("data"));
    if (event.comment && !is_utf8(*event.comment)) return std::unexpected(bad_text("comment"));
    if (event.retry && event.retry->count() < 0) {
        return fail(ErrorCode::invalid_argument, "the retry of an event: expected a time that is not negative");
    }
    if (event.comment) write_lines(": ", *event.comment, out);
    if (event.id) write_field("id: ", *event.id, out);
    if (event.retry) write_field("retry: ", std::to_string(event.retry->count()), out);
    if (!event.event.empty()) write_field("event: ", event.event, out);
    if (event.data) write_lines("data: ", *event.data, out);
    out.append("\n");
    return {};
}

}  // namespace hyperlane::web
