#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/chars.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/multipart_parser.hpp>

#include <algorithm>
#include <utility>

namespace hyperlane::http {

namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::size_t longest_boundary = 70;
constexpr std::size_t longest_padding = 256;  // spaces behind a delimiter

bool is_boundary_char(char c) noexcept {
    const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter_or_digit || std::string_view("'()+_,-./:=? ").contains(c);
}

bool is_padding(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t'; });
}

// Browsers write a quote and line ends as "%22", "%0D" and "%0A" and nothing else (HTML 4.10.21.8), and a backslash as
// it is; others escape as RFC 9110 5.6.4 has it. Only what both can have meant is undone.
std::string undo_escapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view three = text.substr(i, 3);
        if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) {
            out += text[++i];
        } else if (three == "%22" || three == "%0D" || three == "%0A") {
            out += three == "%22" ? '"' : three == "%0D" ? '\r' : '\n';
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace

std::optional<std::string> find_boundary(std::string_view content_type) {
    Arena arena;
    const auto boundary = find_parameter(content_type, "boundary", arena);
    if (!boundary || boundary->empty() || boundary->size() > longest_boundary || boundary->back() == ' ' ||
        !std::ranges::all_of(*boundary, is_boundary_char)) {
        return std::nullopt;
    }
    return std::string(*boundary);
}

// The first delimiter may stand at the very beginning, where a line starts without a CRLF before it.
MultipartParser::MultipartParser(std::string_view boundary, const MultipartLimits& limits)
    : delimiter_("\r\n--" + std::string(boundary)), limits_(limits), buffer_(crlf) {}

void MultipartParser::feed(std::string_view piece) {
    buffer_.erase(0, at_);
    at_ = 0;
    data_ = {};
    buffer_ += piece;
    fed_ += piece.size();
}

MultipartParser::Event MultipartParser::next() {
    data_ = {};
    if (state_ != State::failed && fed_ > limits_.total_bytes) return fail_large("the form", limits_.total_bytes);
    switch (state_) {
        case State::preamble: return skip_preamble();
        case State::delimiter: return read_delimiter();
        case State::head: return read_head();
        case State::empty_line: return skip_empty_line();
        case State::data: return read_data();
        case State::epilogue: return skip_epilogue();
        case State::end: return Event::end;
        case State::failed: break;
    }
    return Event::failed;
}

MultipartParser::Event MultipartParser::fail(std::string_view message) {
    error_ = message;
    state_ = State::failed;
    return Event::failed;
}

MultipartParser::Event MultipartParser::fail_large(std::string_view what, std::uint64_t limit) {
    too_large_ = true;
    return fail(std::string(what) + " is longer than " + std::to_string(limit) + " bytes");
}

MultipartParser::Event MultipartParser::wait_or_fail(std::string_view message) {
    return ended_ ? fail(message) : Event::need_more;
}

MultipartParser::Event MultipartParser::skip_preamble() {
    const std::size_t found = rest().find(delimiter_);
    if (found == std::string_view::npos) {
        if (buffer_.size() - at_ >= delimiter_.size()) at_ = buffer_.size() - (delimiter_.size() - 1);
        return wait_or_fail("the boundary of the Content-Type does not occur in the body");
    }
    at_ += found + delimiter_.size();
    state_ = State::delimiter;
    return read_delimiter();
}

MultipartParser::Event MultipartParser::read_delimiter() {
    std::string_view line = rest();
    const std::size_t end = line.find(crlf);
    const bool whole = end != std::string_view::npos;
    line = line.substr(0, end);
    const bool last = line.starts_with("--");
    const std::string_view padding = last ? line.substr(2) : line;
    const bool maybe_unfinished = !whole && !ended_;  // a CR at the end may be half of a line end
    const std::string_view checked =
        maybe_unfinished && padding.ends_with('\r') ? padding.substr(0, padding.size() - 1) : padding;
    if (!is_padding(checked) && !(maybe_unfinished && line == "-")) {
        return fail("a line begins with the boundary and goes on with something else");
    }
    if (padding.size() > longest_padding) return fail("there is too much white space behind a boundary");
    if (last && (whole || ended_)) {
        at_ += line.size();
        state_ = State::epilogue;
        return skip_epilogue();
    }
    if (!whole) return wait_or_fail("the body ends with a boundary that is not the last one");
    if (++parts_ > limits_.parts) {
        too_large_ = true;
        return fail("the form has more than " + std::to_string(limits_.parts) + " parts");
    }
    at_ += line.size() + crlf.size();
    state_ = State::head;
    return read_head();
}

MultipartParser::Event MultipartParser::read_head() {
    const std::string_view text = rest();
    const bool empty = text.starts_with(crlf);
    const std::size_t end = empty ? 0 : text.find("\r\n\r\n");
    // Without an end, its last three bytes may belong to the empty line.
    if (std::min(end, text.size() - std::min<std::size_t>(text.size(), 3)) > limits_.head_bytes) {
        return fail_large("the head of a part", limits_.head_bytes);
    }
    if (end == std::string_view::npos) return wait_or_fail("the body ends in the head of a part");
    head_ = {};
    has_disposition_ = false;
    if (!parse_head(text.substr(0, end))) return Event::failed;
    if (!has_disposition_) return fail("a part has no Content-Disposition: form-data with a name");
    at_ += empty ? 0 : end + crlf.size();
    part_bytes_ = 0;
    state_ = State::empty_line;
    return Event::part;
}

bool MultipartParser::parse_head(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = lines.find(crlf);
        if (!parse_field(lines.substr(0, end))) return false;
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + crlf.size());
    }
    return true;
}

bool MultipartParser::parse_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        fail("a line in the head of a part is no field");
        return false;
    }
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trim_ows(line.substr(colon + 1));
    if (!http::h1::is_valid_field_value(value)) {
        fail("a field in the head of a part has a control character");
        return false;
    }
    if (equals_ignore_case(name, "Content-Disposition")) return parse_disposition(value);
    if (equals_ignore_case(name, "Content-Type")) {
        head_.content_type = value;
    } else if (equals_ignore_case(name, "Content-Transfer-Encoding")) {
        const bool as_it_is = equals_ignore_case(value, "binary") || equals_ignore_case(value, "8bit") ||
                              equals_ignore_case(value, "7bit");
        if (!as_it_is) fail("a part has a Content-Transfer-Encoding, which forms do not use (RFC 7578 4.7)");
        return as_it_is;
    }
    return true;
}

bool MultipartParser::parse_disposition(std::string_view value) {
    if (has_disposition_ || !equals_ignore_case(without_parameters(value), "form-data")) {
        fail(has_disposition_ ? "a part has two Content-Dispositions" : "a part is no form-data");
        return false;
    }
    bool has_name = false;
    const std::size_t first = std::min(value.find(';'), value.size());
    http::ParameterReader parameters(value.substr(first));
    while (const auto parameter = parameters.next()) {
        if (equals_ignore_case(parameter->name, "name")) {
            if (has_name) return static_cast<void>(fail("a part has two names")), false;
            has_name = true;
            if (!take_name(parameter->value, head_.name, "name")) return false;
        } else if (equals_ignore_case(parameter->name, "filename")) {
            if (head_.file_name) return static_cast<void>(fail("a part has two file names")), false;
            if (!take_name(parameter->value, head_.file_name.emplace(), "file name")) return false;
        }
    }
    if (parameters.failed() || !has_name) {
        fail(has_name ? "the Content-Disposition of a part is malformed" : "a part has no name");
        return false;
    }
    has_disposition_ = true;
    return true;
}

bool MultipartParser::take_name(std::string_view text, std::string& out, std::string_view what) {
    const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
    out = undo_escapes(quoted ? text.substr(1, text.size() - 2) : text);
    if (is_utf8(out)) return true;
    fail("the " + std::string(what) + " of a part is not UTF-8");
    return false;
}

// The CRLF of the empty line may belong to a delimiter: a part need not have a body (RFC 2046, body-part).
MultipartParser::Event MultipartParser::skip_empty_line() {
    const std::string_view text = rest();
    if (!text.starts_with(delimiter_)) {
        if (delimiter_.starts_with(text)) return wait_or_fail("the body ends in the middle of a part");
        at_ += crlf.size();
    }
    state_ = State::data;
    return read_data();
}

MultipartParser::Event MultipartParser::read_data() {
    const std::string_view text = rest();
    std::size_t size = text.find(delimiter_);
    const bool ends = size != std::string_view::npos;
    if (!ends) size = text.size() - std::min(text.size(), delimiter_.size() - 1);
    if (size > 0) {
        part_bytes_ += size;
        if (part_bytes_ > limits_.part_bytes) return fail_large("a part", limits_.part_bytes);
        data_ = text.substr(0, size);
        at_ += size;
        return Event::data;
    }
    if (!ends) return wait_or_fail("the body ends in the middle of a part");
    at_ += delimiter_.size();
    state_ = State::delimiter;
    return Event::part_end;
}

// What follows is for nobody (RFC 2046 5.1.1), as long as it stands on a line of its own.
MultipartParser::Event MultipartParser::skip_epilogue() {
    at_ = buffer_.size();
    if (!ended_) return Event::need_more;
    state_ = State::end;
    return Event::end;
}

}  // namespace hyperlane::http
