#include <hyperlane/http/h1/chunked.hpp>
#include <hyperlane/http/list.hpp>
#include "field_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace hyperlane::http::h1 {

namespace {

// 16 digits could pass 63 bits; the bound also keeps "0000…" from going on for ever.
constexpr unsigned max_digits = 16;
constexpr std::uint64_t max_size = 0x7fffffffffffffff;

// Characters of a quoted-string between its quotes (RFC 9110 5.6.4): HTAB, SP, VCHAR, obs-text.
bool is_quotable(char c) noexcept { return !ValueClass::stops(static_cast<unsigned char>(c)); }

/// Field lines from `p` to the empty line.
struct TrailerScan {
    enum class Outcome : std::uint8_t { complete, incomplete, bad };
    Outcome outcome;
    const char* end;  // where the empty line begins, if complete
    std::size_t fields;
};

TrailerScan scan_trailers(std::string_view in) noexcept {
    using enum TrailerScan::Outcome;
    const char* p = in.data();
    const char* const end = p + in.size();
    for (std::size_t fields = 0;; ++fields) {
        if (p == end) return {incomplete, p, fields};
        if (*p == '\r') {
            if (end - p < 2) return {incomplete, p, fields};
            return {p[1] == '\n' ? complete : bad, p, fields};
        }
        FieldLine line;
        const HeadError error = parse_field_line<Padding::absent>(p, end, line);
        if (error != HeadError::none) return {error == HeadError::incomplete ? incomplete : bad, p, fields};
        p = line.next;
    }
}

}  // namespace

int status_of(ChunkError error) noexcept {
    if (error == ChunkError::none) return 0;
    return error == ChunkError::trailers_too_large ? 431 : 400;
}

std::string_view message_of(ChunkError error) noexcept {
    switch (error) {
        case ChunkError::none: return "the chunked body is well-formed";
        case ChunkError::bad_size: return "a chunk does not begin with its size in hexadecimal digits";
        case ChunkError::size_overflow: return "the size of a chunk is out of range";
        case ChunkError::bad_extension: return "a chunk extension is malformed";
        case ChunkError::extensions_too_long: return "the chunk extensions are too long";
        case ChunkError::bad_line_end: return "the line of a chunk size does not end with CR LF";
        case ChunkError::missing_data_end: return "the data of a chunk is not followed by CR LF";
        case ChunkError::bad_trailer: return "the trailer section is malformed";
        case ChunkError::trailers_too_large: return "the trailer section is too large";
    }
    return "the chunked body is malformed";
}

ChunkedDecoder::State ChunkedDecoder::refuse(ChunkError error) noexcept {
    error_ = error;
    return State::failed;
}

ChunkedDecoder::Step ChunkedDecoder::fail(ChunkError error) noexcept {
    state_ = refuse(error);
    return {Status::error, 0, {}};
}

ChunkedDecoder::State ChunkedDecoder::add_digit(char c) noexcept {
    if (++digits_ > max_digits) return refuse(ChunkError::size_overflow);
    left_ = left_ << 4 | hex_value(c);
    return left_ > max_size ? refuse(ChunkError::size_overflow) : State::size;
}

/// The line of a chunk size, byte by byte: it is short, and may be cut anywhere.
ChunkedDecoder::State ChunkedDecoder::after_line_byte(char c) noexcept {
    switch (state_) {
        case State::size_first: return is(c, hex_digit) ? add_digit(c) : refuse(ChunkError::bad_size);
        case State::size:
            if (is(c, hex_digit)) return add_digit(c);
            if (c == '\r') return State::line_feed;
            if (c == ';') return State::extension;
            if (c == '\n') return refuse(ChunkError::bad_line_end);
            return is_ows(c) ? State::size_space : refuse(ChunkError::bad_size);
        case State::line_feed:
            if (c != '\n') return refuse(ChunkError::bad_line_end);
            return left_ == 0 ? State::trailers : State::data;
        default:
            if (++extension_bytes_ > limits_.extension_bytes) return refuse(ChunkError::extensions_too_long);
            return after_extension_byte(c);
    }
}

ChunkedDecoder::State ChunkedDecoder::after_extension_byte(char c) noexcept {
    const auto bad = [this] { return refuse(ChunkError::bad_extension); };
    switch (state_) {
        case State::size_space:  // BWS may only lead to an extension
            if (c == ';') return State::extension;
            return is_ows(c) ? State::size_space : refuse(ChunkError::bad_size);
        case State::extension:
            if (is_ows(c)) return State::extension;
            return is(c, token_char) ? State::name : bad();
        case State::name:
            if (is(c, token_char)) return State::name;
            if (c == '\r') return State::line_feed;
            [[fallthrough]];
        case State::name_space:
            if (c == '=') return State::value_first;
            if (c == ';') return State::extension;
            return is_ows(c) ? State::name_space : bad();
        case State::value_first:
            if (is_ows(c)) return State::value_first;
            if (c == '"') return State::quoted;
            return is(c, token_char) ? State::value : bad();
        case State::quoted:
            if (c == '"') return State::value_end;
            if (c == '\\') return State::escaped;
            return is_quotable(c) ? State::quoted : bad();
        case State::escaped: return is_quotable(c) ? State::quoted : bad();
        case State::value:
            if (is(c, token_char)) return State::value;
            [[fallthrough]];
        case State::value_end:
            if (c == '\r') return State::line_feed;
            [[fallthrough]];
        default:  // value_space
            if (c == ';') return State::extension;
            return is_ows(c) ? State::value_space : bad();
    }
}

ChunkedDecoder::Step ChunkedDecoder::feed_data(std::string_view in, std::size_t at) noexcept {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - at));
    left_ -= size;
    if (left_ == 0) state_ = State::data_cr;
    return {Status::data, at + size, in.substr(at, size)};
}

ChunkedDecoder::Step ChunkedDecoder::feed_trailers(std::string_view in, std::size_t at) noexcept {
    const std::string_view section = in.substr(at);
    // What is behind the limit must not decide, or the outcome would depend on how the bytes are split.
    const bool cut = section.size() >= limits_.trailer_bytes;
    const std::string_view visible = section.substr(0, limits_.trailer_bytes);
    const std::size_t seen = std::min(trailer_seen_, visible.size());
    trailer_seen_ = visible.size();
    const bool line_ended =
        visible.size() > seen && std::memchr(visible.data() + seen, '\n', visible.size() - seen) != nullptr;
    if (!line_ended && !cut && seen != 0) return {Status::need_more, at, {}};
    const TrailerScan scan = scan_trailers(visible);
    if (scan.fields > limits_.trailer_fields) return fail(ChunkError::trailers_too_large);
    if (scan.outcome == TrailerScan::Outcome::bad) return fail(ChunkError::bad_trailer);
    if (scan.outcome == TrailerScan::Outcome::incomplete) {
        if (cut) return fail(ChunkError::trailers_too_large);
        return {Status::need_more, at, {}};
    }
    state_ = State::done;
    const auto size = static_cast<std::size_t>(scan.end - visible.data());
    return {Status::end, at + size + 2, section.substr(0, size)};
}

ChunkedDecoder::Step ChunkedDecoder::feed(std::string_view in) noexcept {
    for (std::size_t at = 0;; ++at) {
        if (state_ == State::failed) return {Status::error, 0, {}};
        if (state_ == State::done) return {Status::end, 0, {}};
        if (at == in.size()) return {Status::need_more, at, {}};
        switch (state_) {
            case State::data: return feed_data(in, at);
            case State::trailers: return feed_trailers(in, at);
            case State::data_cr:
                if (in[at] != '\r') return fail(ChunkError::missing_data_end);
                state_ = State::data_lf;
                break;
            case State::data_lf:
                if (in[at] != '\n') return fail(ChunkError::missing_data_end);
                state_ = State::size_first;
                digits_ = 0;
                break;
            default: state_ = after_line_byte(in[at]);
        }
    }
}

std::size_t parse_trailers(std::string_view section, std::span<Field> out) noexcept {
    const char* const base = section.data();
    const char* const end = base + section.size();
    const auto piece = [base](const char* from, const char* to) {
        return Piece{static_cast<std::uint32_t>(from - base), static_cast<std::uint32_t>(to - from)};
    };
    std::size_t count = 0;
    FieldLine line;
    for (const char* p = base; p != end && count < out.size(); p = line.next) {
        if (parse_field_line<Padding::absent>(p, end, line) != HeadError::none) break;
        if (!is_allowed_in_trailers({p, static_cast<std::size_t>(line.name_end - p)})) continue;
        out[count++] = {piece(p, line.name_end), piece(line.value, line.value_end)};
    }
    return count;
}

bool is_allowed_in_trailers(std::string_view name) noexcept {
    static constexpr auto forbidden = std::to_array<std::string_view>({
        // framing, routing, the connection
        "transfer-encoding",
        "content-length",
        "host",
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "max-forwards",
        "via",
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        // who is asking
        "authorization",
        "proxy-authorization",
        "authentication-info",
        "proxy-authentication-info",
        "www-authenticate",
        "proxy-authenticate",
        "cookie",
        "set-cookie",
        "origin",
        // how to process the content
        "content-encoding",
        "content-type",
        "content-range",
        "content-language",
        "content-location",
        "content-disposition",
        "content-security-policy",
        // request modifiers and control data
        "if-match",
        "if-none-match",
        "if-modified-since",
        "if-unmodified-since",
        "if-range",
        "range",
        "cache-control",
        "pragma",
        "age",
        "date",
        "expires",
        "location",
        "retry-after",
        "vary",
        "warning",
    });
    return std::none_of(forbidden.begin(), forbidden.end(),
                        [name](std::string_view other) { return equals_ignore_case(name, other); });
}

char* write_chunk_head(char* out, std::uint64_t size) noexcept {
    out = std::to_chars(out, out + 16, size, 16).ptr;
    *out++ = '\r';
    *out++ = '\n';
    return out;
}

}  // namespace hyperlane::http::h1
