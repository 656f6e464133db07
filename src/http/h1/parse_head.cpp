#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/http/list.hpp>
#include "field_line.hpp"
#include "words.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <memory>

namespace hyperlane::http::h1 {

namespace {

/// The bytes of a head and how far they have been read.
struct HeadText {
    const char* base;
    const char* p;
    const char* end;  // what lies behind is loaded, but never interpreted

    [[nodiscard]] std::uint32_t offset(const char* at) const noexcept { return static_cast<std::uint32_t>(at - base); }
    [[nodiscard]] Piece piece(const char* from, const char* to) const noexcept {
        return {offset(from), static_cast<std::uint32_t>(to - from)};
    }
};

// Functions off the common path are kept out of line: inlined, they cost the common path its registers. They are given
// copies of what the common path works with: what is passed by reference lives in memory, and no longer in a register.

/// What is known of the framing fields before all of them have been seen.
struct Framing {
    HeadError late_error = HeadError::none;  // reported at the end, as the version and other fields decide too
    bool has_transfer_encoding = false;
    bool host_is_plain = false;  // and so needs no further check
};

[[gnu::noinline]] HeadError read_content_length(std::string_view value, MessageHead& head) noexcept {
    if (head.has_content_length) return HeadError::repeated_content_length;
    head.has_content_length = true;
    if (value.empty()) return HeadError::bad_content_length;
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    std::uint64_t length = 0;
    for (const char c : value) {
        if (!is(c, digit_char)) return HeadError::bad_content_length;
        const auto digit = static_cast<unsigned>(c - '0');
        if (length > (most - digit) / 10) return HeadError::bad_content_length;
        length = length * 10 + digit;
    }
    head.content_length = length;
    return HeadError::none;
}

// "chunked" alone is understood. A list that ends in it has a coding before that which is not (501, RFC 9112 6.1); any
// other value leaves the length of the body unknown (400, 6.3).
HeadError error_of_codings(std::string_view value) noexcept {
    const std::size_t comma = value.rfind(',');
    if (comma == std::string_view::npos) return HeadError::bad_transfer_encoding;
    if (!equals_ignore_case(trim_ows(value.substr(comma + 1)), "chunked")) return HeadError::bad_transfer_encoding;
    bool other = false;
    for (ListReader list(value.substr(0, comma)); const auto coding = list.next();) {
        if (equals_ignore_case(without_parameters(*coding), "chunked")) return HeadError::bad_transfer_encoding;
        other = true;
    }
    return other ? HeadError::unknown_transfer_coding : HeadError::bad_transfer_encoding;
}

[[gnu::noinline]] HeadError read_transfer_encoding(std::string_view value, MessageHead& head,
                                                   Framing& framing) noexcept {
    if (framing.has_transfer_encoding) return HeadError::repeated_transfer_encoding;
    framing.has_transfer_encoding = true;
    if (equals_ignore_case(value, "chunked")) {
        head.chunked = true;
        return HeadError::none;
    }
    framing.late_error = error_of_codings(value);
    return HeadError::none;
}

[[gnu::noinline]] void read_connection_list(std::string_view value, MessageHead& head) noexcept {
    for (ListReader list(value); const auto option = list.next();) {
        if (equals_ignore_case(*option, "close")) head.connection_close = true;
        if (equals_ignore_case(*option, "keep-alive")) head.connection_keep_alive = true;
        if (equals_ignore_case(*option, "upgrade")) head.connection_upgrade = true;
    }
}

void read_connection(std::string_view value, MessageHead& head) noexcept {
    if (value.size() == 10 && is_same(value.data(), "keep-alive")) [[likely]] {
        head.connection_keep_alive = true;
    } else {
        read_connection_list(value, head);
    }
}

[[gnu::noinline]] void read_expect(std::string_view value, RequestHead& head, Framing& framing) noexcept {
    for (ListReader list(value); const auto expectation = list.next();) {
        if (equals_ignore_case(*expectation, "100-continue")) {
            head.expect_continue = true;
        } else if (framing.late_error == HeadError::none) {
            framing.late_error = HeadError::unknown_expectation;
        }
    }
}

/// Fields that both kinds of message have.
HeadError note_common_field(const char* name, std::size_t name_size, std::string_view value, MessageHead& head,
                            Framing& framing) noexcept {
    switch (name_size) {
        case 7:
            if (is_same(name, "upgrade")) head.has_upgrade = true;
            return HeadError::none;
        case 10:
            if (is_same(name, "connection")) read_connection(value, head);
            return HeadError::none;
        case 14:
            if (is_same(name, "content-length")) return read_content_length(value, head);
            return HeadError::none;
        case 17:
            if (is_same(name, "transfer-encoding")) {
                Framing known = framing;
                const HeadError error = read_transfer_encoding(value, head, known);
                framing = known;
                return error;
            }
            return HeadError::none;
        default: return HeadError::none;
    }
}

HeadError note_field(const char* name, const FieldLine& line, const HeadText& in, RequestHead& head,
                     Framing& framing) noexcept {
    const auto name_size = static_cast<std::size_t>(line.name_end - name);
    if (name_size == 4 && is_same(name, "host")) {
        if (head.has_host) return HeadError::repeated_host;
        head.has_host = true;
        head.host_piece = in.piece(line.value, line.value_end);
        return HeadError::none;
    }
    constexpr unsigned interesting = 1u << 6 | 1u << 7 | 1u << 10 | 1u << 14 | 1u << 17;
    if (name_size > 17 || (interesting >> name_size & 1u) == 0) return HeadError::none;
    const std::string_view value(line.value, static_cast<std::size_t>(line.value_end - line.value));
    if (name_size == 6) {
        if (is_same(name, "expect")) {
            Framing known = framing;
            read_expect(value, head, known);
            framing = known;
        }
        return HeadError::none;
    }
    return note_common_field(name, name_size, value, head, framing);
}

HeadError note_field(const char* name, const FieldLine& line, const HeadText&, ResponseHead& head,
                     Framing& framing) noexcept {
    const std::string_view value(line.value, static_cast<std::size_t>(line.value_end - line.value));
    return note_common_field(name, static_cast<std::size_t>(line.name_end - name), value, head, framing);
}

/// "Host: name" or "Host: name:1234", as nearly every request has it, is checked in the pass that finds its end.
/// returns  false if the line is anything else: then the grammar decides
[[gnu::always_inline]] inline bool parse_plain_host(const char* p, const char* end, FieldLine& line) noexcept {
    if (!is_same(p, "host") || load<std::uint16_t>(p + 4) != load<std::uint16_t>(": ")) return false;
    line.name_end = p + 4;
    line.value = p + 6;
    const char* stop = scan_padded<NameClass>(line.value, end);
    // ":80" has no host either, yet is nothing that a client would send.
    if (stop == line.value) [[unlikely]]
        return false;
    if (*stop == ':') {
        const unsigned digits = count_digits(stop + 1);
        if (digits > 5 || (digits == 5 && !is_port(stop + 1))) return false;
        stop += 1 + digits;
    }
    if (end - stop < 2 || load<std::uint16_t>(stop) != load<std::uint16_t>("\r\n")) [[unlikely]]
        return false;
    line.value_end = stop;
    line.next = stop + 2;
    return true;
}

[[gnu::always_inline]] inline bool take_plain_host(const char*& p, const HeadText& in, RequestHead& head, Field& field,
                                                   Framing& framing) noexcept {
    FieldLine line;
    if (!parse_plain_host(p, in.end, line)) return false;
    head.has_host = framing.host_is_plain = true;
    field.name_piece = {in.offset(p), 4};
    field.value_piece = head.host_piece = in.piece(line.value, line.value_end);
    p = line.next;
    return true;
}
[[gnu::always_inline]] inline bool take_plain_host(const char*&, const HeadText&, ResponseHead&, Field&,
                                                   Framing&) noexcept {
    return false;
}

/// All field lines and the empty line after them.
template <typename Head>
HeadError parse_fields(HeadText& in, Head& head, std::size_t max_fields, Framing& framing) noexcept {
    const char* p = in.p;
    Field* field = head.storage.data();
    Field* const full = field + std::min(max_fields, head.storage.size());
    // Host comes first from nearly every client (RFC 9110 7.2 asks for it).
    if (p < in.end && field != full && take_plain_host(p, in, head, *field, framing)) ++field;
    for (;; ++field) {
        if (p >= in.end) return HeadError::incomplete;
        if (*p == '\r') {
            if (in.end - p < 2) return HeadError::incomplete;
            if (p[1] != '\n') return HeadError::bare_cr;
            break;
        }
        if (field == full) return HeadError::too_many_fields;
        FieldLine line;
        HeadError error = parse_field_line<Padding::present>(p, in.end, line);
        if (error != HeadError::none) return error;
        field->name_piece = in.piece(p, line.name_end);
        field->value_piece = in.piece(line.value, line.value_end);
        error = note_field(p, line, in, head, framing);
        if (error != HeadError::none) [[unlikely]]
            return error;
        p = line.next;
    }
    head.field_count = static_cast<std::uint32_t>(field - head.storage.data());
    in.p = p + 2;
    return HeadError::none;
}

/// "HTTP/1.x" at `p`; leaves `p` behind it.
[[gnu::noinline]] HeadError parse_version(HeadText& in, const char* end, MessageHead& head,
                                          HeadError otherwise) noexcept {
    constexpr std::string_view shape = "HTTP/d.d";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (in.p + i >= end) return HeadError::incomplete;
        if (shape[i] == 'd' ? !is(in.p[i], digit_char) : in.p[i] != shape[i]) return otherwise;
    }
    if (in.p[5] != '1') return HeadError::unsupported_version;
    head.minor_version = in.p[7] == '0' ? 0 : 1;
    in.p += shape.size();
    return HeadError::none;
}

HeadError parse_line_end(HeadText& in, const char* end, HeadError otherwise) noexcept {
    if (in.p >= end) return HeadError::incomplete;
    if (*in.p != '\r') return *in.p == '\n' ? HeadError::bare_lf : otherwise;
    if (end - in.p < 2) return HeadError::incomplete;
    if (in.p[1] != '\n') return HeadError::bare_cr;
    in.p += 2;
    return HeadError::none;
}

[[gnu::noinline]] HeadError parse_other_tail(HeadText& in, const char* end, RequestHead& head) noexcept {
    if (const HeadError error = parse_version(in, end, head, HeadError::bad_version); error != HeadError::none) {
        return error;
    }
    return parse_line_end(in, end, HeadError::bad_version);
}

/// The version of a request and the end of its line: nearly always the same ten bytes.
HeadError parse_request_line_tail(HeadText& in, const char* end, RequestHead& head) noexcept {
    if (end - in.p >= 10 && load<std::uint64_t>(in.p) == load<std::uint64_t>("HTTP/1.1") &&
        load<std::uint16_t>(in.p + 8) == load<std::uint16_t>("\r\n")) [[likely]] {
        head.minor_version = 1;
        in.p += 10;
        return HeadError::none;
    }
    HeadText other = in;
    const HeadError error = parse_other_tail(other, end, head);
    in = other;
    return error;
}

HeadError parse_method_token(HeadText& in, const char* end, RequestHead& head) noexcept {
    const char* const token = in.p;
    if (end - token >= 4 && load<std::uint32_t>(token) == load<std::uint32_t>("GET ")) [[likely]] {
        head.method = Method::GET;
        head.method_piece = {in.offset(token), 3};
        in.p += 4;
        return HeadError::none;
    }
    const char* stop = scan_token<Padding::present>(token, end);
    if (stop >= end) return HeadError::incomplete;
    if (stop == token || *stop != ' ') return *stop == '\n' ? HeadError::bare_lf : HeadError::bad_method;
    head.method = parse_method({token, static_cast<std::size_t>(stop - token)});
    head.method_piece = in.piece(token, stop);
    in.p = stop + 1;
    return HeadError::none;
}

[[gnu::noinline]] HeadError check_percent(const char* p, const char* end) noexcept {
    for (int i = 1; i <= 2; ++i) {
        if (p + i >= end) return HeadError::incomplete;
        if (!is(p[i], hex_digit)) return HeadError::bad_percent_encoding;
    }
    return HeadError::none;
}

/// The end of a target, and what it is made of.
struct TargetScan {
    const char* end;       // the space behind it
    const char* question;  // the first one, or null
    bool percent;          // in the path
    HeadError error;
};

/// A target with a query, an escape or a mistake: `p` is the first of these.
[[gnu::noinline]] TargetScan scan_target_from(const char* p, const char* end) noexcept {
    TargetScan scan{nullptr, nullptr, false, HeadError::none};
    for (;; p = scan_padded<TargetClass>(p, end)) {
        if (p >= end) {
            scan.error = HeadError::incomplete;
        } else if (*p == ' ') {
            scan.end = p;
            return scan;
        } else if (*p == '?') {
            if (scan.question == nullptr) scan.question = p;
            ++p;
        } else if (*p == '%') {
            scan.error = check_percent(p, end);
            scan.percent = scan.percent || scan.question == nullptr;
            p += 3;
        } else if (*p == '#') {
            scan.error = HeadError::fragment_in_target;
        } else {
            scan.error = *p == '\r' || *p == '\n' ? HeadError::bad_request_line : HeadError::bad_target;
        }
        if (scan.error != HeadError::none) return scan;
    }
}

/// The target up to its space. Path and query are set as for origin-form; `resolve_target` mends the other forms.
HeadError parse_target(HeadText& in, const char* end, RequestHead& head) noexcept {
    const char* const target = in.p;
    const char* p = scan_padded<TargetClass>(target, end);
    if (p < end && *p == ' ') [[likely]] {
        head.target_piece = head.path_piece = in.piece(target, p);
    } else {
        const TargetScan scan = scan_target_from(p, end);
        if (scan.error != HeadError::none) return scan.error;
        p = scan.end;
        head.target_piece = head.path_piece = in.piece(target, p);
        head.path_has_percent = scan.percent;
        if (scan.question != nullptr) {
            head.has_query = true;
            head.path_piece = in.piece(target, scan.question);
            head.query_piece = in.piece(scan.question + 1, p);
        }
    }
    in.p = p + 1;
    return p == target ? HeadError::bad_request_line : HeadError::none;
}

// One empty line before a request is skipped: old clients send it after a body (RFC 9112 2.2).
HeadError skip_empty_line(HeadText& in) noexcept {
    if (in.p >= in.end) return HeadError::incomplete;
    if (*in.p != '\r') return HeadError::none;
    if (in.end - in.p < 2) return HeadError::incomplete;
    if (in.p[1] != '\n') return HeadError::bare_cr;
    in.p += 2;
    return HeadError::none;
}

HeadError parse_request_line(HeadText& in, RequestHead& head, const HeadLimits& limits) noexcept {
    HeadError error = skip_empty_line(in);
    if (error != HeadError::none) return error;
    // The line is cut at its limit, so that what is behind the limit cannot decide between 400 and 414.
    const auto available = static_cast<std::size_t>(in.end - in.p);
    const bool cut = available >= limits.request_line_bytes;
    const char* const end = in.p + (cut ? limits.request_line_bytes : available);
    error = parse_method_token(in, end, head);
    if (error == HeadError::none) error = parse_target(in, end, head);
    if (error == HeadError::none) error = parse_request_line_tail(in, end, head);
    if (error == HeadError::incomplete && cut) return HeadError::request_line_too_long;
    return error;
}

/// Forms of the target other than origin-form (RFC 9112 3.2).
[[gnu::noinline]] HeadError resolve_target(const char* base, RequestHead& head) noexcept {
    const auto target = split_target(head.target(base), head.method);
    if (!target.has_value()) return HeadError::bad_target_form;
    const auto piece = [base](std::string_view part) {
        return part.empty()
                   ? Piece{}
                   : Piece{static_cast<std::uint32_t>(part.data() - base), static_cast<std::uint32_t>(part.size())};
    };
    head.form = target->form;
    head.path_piece = piece(target->path);
    head.query_piece = piece(target->query);
    head.has_query = target->has_query;
    if (!target->authority.empty()) head.host_piece = piece(target->authority);
    head.path_has_percent = target->path.contains('%');
    return HeadError::none;
}

HeadError check_framing(const MessageHead& head, const Framing& framing) noexcept {
    if (framing.has_transfer_encoding) {
        if (head.has_content_length) return HeadError::both_framings;
        if (head.minor_version == 0) return HeadError::transfer_encoding_in_1_0;
    }
    return framing.late_error;
}

[[gnu::noinline]] HeadError check_host(const char* base, const RequestHead& head) noexcept {
    if (!head.has_host) return head.minor_version == 0 ? HeadError::none : HeadError::missing_host;
    const std::string_view host = head.host(base);
    if (host.empty()) return HeadError::none;  // what a client sends for a target without authority (RFC 9112 3.2)
    return is_valid_authority(host) ? HeadError::none : HeadError::bad_host;
}

/// What can only be said when all of the head is known.
HeadError finish_request(const HeadText& in, RequestHead& head, const Framing& framing) noexcept {
    if (!framing.host_is_plain) {
        if (const HeadError error = check_host(in.base, head); error != HeadError::none) return error;
    }
    if (in.base[head.target_piece.at] != '/' || head.method == Method::CONNECT) [[unlikely]] {
        if (const HeadError error = resolve_target(in.base, head); error != HeadError::none) return error;
    }
    if (head.minor_version == 0) head.expect_continue = false;
    return check_framing(head, framing);
}

// "HTTP/1.1 200 OK". The space before an empty reason is required of senders, but some leave it out (RFC 9112 4).
HeadError parse_status_line(HeadText& in, ResponseHead& head) noexcept {
    HeadError error = parse_version(in, in.end, head, HeadError::bad_status_line);
    if (error != HeadError::none) return error;
    for (int i = 0; i < 4; ++i, ++in.p) {
        if (in.p >= in.end) return HeadError::incomplete;
        if (i == 0 ? *in.p != ' ' : !is(*in.p, digit_char)) return HeadError::bad_status_line;
        if (i > 0) head.status = head.status * 10 + (*in.p - '0');
    }
    if (head.status < 100) return HeadError::bad_status_line;
    if (in.p < in.end && *in.p == ' ') {
        const char* reason = in.p + 1;
        in.p = std::min(scan_padded<ValueClass>(reason, in.end), in.end);
        head.reason_piece = in.piece(reason, in.p);
    }
    return parse_line_end(in, in.end, HeadError::bad_status_line);
}

HeadText input_of(std::string_view in, const HeadLimits& limits) noexcept {
    assert(limits.head_bytes <= std::numeric_limits<std::int32_t>::max());
    const char* base = in.data();
    // Cut at the limit, for the same reason as the request line.
    return {base, base, base + std::min(in.size(), limits.head_bytes)};
}

HeadResult result_of(HeadError error, const HeadText& in, std::string_view text, const HeadLimits& limits) noexcept {
    if (error == HeadError::none) [[likely]]
        return {static_cast<std::size_t>(in.p - in.base), HeadError::none};
    if (error == HeadError::incomplete && text.size() >= limits.head_bytes) error = HeadError::head_too_large;
    return {0, error};
}

}  // namespace

HeadResult parse_request_head(std::string_view text, RequestHead& out, const HeadLimits& limits) noexcept {
    HeadText in = input_of(text, limits);
    std::construct_at(&out, out.storage);
    Framing framing;
    HeadError error = parse_request_line(in, out, limits);
    if (error == HeadError::none) error = parse_fields(in, out, limits.fields, framing);
    if (error == HeadError::none) error = finish_request(in, out, framing);
    return result_of(error, in, text, limits);
}

HeadResult parse_response_head(std::string_view text, ResponseHead& out, const HeadLimits& limits) noexcept {
    HeadText in = input_of(text, limits);
    std::construct_at(&out, out.storage);
    Framing framing;
    HeadError error = parse_status_line(in, out);
    if (error == HeadError::none) error = parse_fields(in, out, limits.fields, framing);
    if (error == HeadError::none) error = check_framing(out, framing);
    return result_of(error, in, text, limits);
}

bool head_has_news(std::string_view in, std::size_t seen, const HeadLimits& limits) noexcept {
    seen = std::min(seen, in.size());
    const auto reached = [&](std::size_t limit) { return seen < limit && in.size() >= limit; };
    // An empty line before the request moves the end of the request line by two.
    return std::memchr(in.data() + seen, '\n', in.size() - seen) != nullptr || reached(limits.request_line_bytes) ||
           reached(limits.request_line_bytes + 2) || in.size() >= limits.head_bytes;
}

}  // namespace hyperlane::http::h1
