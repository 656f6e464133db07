/// Bytes -> a request head (and a response head). The first byte chooses limits, the second where the bytes are cut.
/// Holds: what lies behind the input never matters; a head that trickles in gets the same verdict as a whole one; what
/// was accepted is well-formed and, written out again, is parsed to the same; vector code and portable code agree.

#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include "http/h1/scan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hyperlane;
using namespace hyperlane::http;

void expect(bool holds) {
    if (!holds) std::abort();
}

HeadResult parse(std::string_view in, RequestHead& head, const HeadLimits& limits) {
    return h1::parse_request_head(in, head, limits);
}
HeadResult parse(std::string_view in, ResponseHead& head, const HeadLimits& limits) {
    return h1::parse_response_head(in, head, limits);
}

template <typename Head>
struct Parsed {
    Parsed(std::string_view text, const HeadLimits& limits, char padding)
        : bytes(text.size() + h1::head_padding_bytes, padding) {
        if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
        result = parse({bytes.data(), text.size()}, head, limits);
    }

    std::vector<char> bytes;
    std::array<Field, 100> fields{};
    Head head{std::span<Field>(fields)};
    HeadResult result;
};

template <typename Head>
void expect_same(const Parsed<Head>& a, const Parsed<Head>& b) {
    expect(a.result.error == b.result.error && a.result.used == b.result.used);
    if (!a.result.ok()) return;
    expect(a.head.field_count == b.head.field_count && a.head.content_length == b.head.content_length);
    expect(a.head.chunked == b.head.chunked && a.head.keep_alive() == b.head.keep_alive());
    for (std::size_t i = 0; i < a.head.field_count; ++i) {
        expect(a.fields[i].name(a.bytes.data()) == b.fields[i].name(b.bytes.data()));
        expect(a.fields[i].value(a.bytes.data()) == b.fields[i].value(b.bytes.data()));
    }
}

template <typename Head>
void expect_same_when_cut(const Parsed<Head>& whole, std::string_view text, const HeadLimits& limits,
                          std::size_t step) {
    for (std::size_t size = step; size < text.size(); size += step) {
        const Parsed<Head> parsed(text.substr(0, size), limits, 'a');
        if (!parsed.result.need_more()) return expect_same(parsed, whole);
    }
}

/// A connection parses again only when there are news: that must not miss the end of a head.
void expect_end_is_news(const Parsed<RequestHead>& whole, std::string_view text, const HeadLimits& limits,
                        std::size_t step) {
    if (!whole.result.ok()) return;
    for (std::size_t seen = 0; seen < whole.result.used; seen += step) {
        expect(h1::head_has_news(text.substr(0, whole.result.used), seen, limits));
    }
}

template <typename Head>
void expect_well_formed(const Parsed<Head>& parsed) {
    const char* base = parsed.bytes.data();
    for (const Field& field : parsed.head.fields()) {
        expect(h1::is_valid_field_name(field.name(base)) && h1::is_valid_field_value(field.value(base)));
        expect(field.value_piece.at + field.value_piece.size <= parsed.result.used);
    }
    expect(!(parsed.head.chunked && parsed.head.has_content_length));
    expect(parsed.head.minor_version <= 1 && !(parsed.head.chunked && parsed.head.minor_version == 0));
}

std::string rewritten(const Parsed<RequestHead>& parsed) {
    const char* base = parsed.bytes.data();
    std::string text(parsed.head.method_token(base));
    text +=
        " " + std::string(parsed.head.target(base)) + " HTTP/1." + std::to_string(parsed.head.minor_version) + "\r\n";
    for (const Field& field : parsed.head.fields()) {
        text += std::string(field.name(base)) + ": " + std::string(field.value(base)) + "\r\n";
    }
    return text + "\r\n";
}

void check_request(std::string_view text, const HeadLimits& limits, std::size_t step) {
    const Parsed<RequestHead> whole(text, limits, '\r');
    for (const char padding : {'\n', ':', ' ', '\0'}) expect_same(whole, Parsed<RequestHead>(text, limits, padding));
    expect_same_when_cut(whole, text, limits, step);
    expect_end_is_news(whole, text, limits, step);
    if (!whole.result.ok()) return;
    const char* base = whole.bytes.data();
    expect_well_formed(whole);
    expect(whole.head.has_host || whole.head.minor_version == 0);
    const std::string_view host = whole.head.host(base);
    expect(host.empty() || is_valid_authority(host));
    const auto target = split_target(whole.head.target(base), whole.head.method);
    expect(target.has_value() && target->form == whole.head.form && target->query == whole.head.query(base));
    expect(target->has_query == whole.head.has_query && target->path.contains('%') == whole.head.path_has_percent);
    expect(target->path == (target->path.empty() ? "" : whole.head.path(base)));
    const Parsed<RequestHead> again(rewritten(whole), {}, 'x');
    expect(again.result.ok() && again.head.field_count == whole.head.field_count);
    for (std::size_t i = 0; i < whole.head.field_count; ++i) {
        expect(again.fields[i].value(again.bytes.data()) == whole.fields[i].value(base));
    }
}

void check_response(std::string_view text, const HeadLimits& limits, std::size_t step) {
    const Parsed<ResponseHead> whole(text, limits, '\r');
    for (const char padding : {'\n', ' ', '0'}) expect_same(whole, Parsed<ResponseHead>(text, limits, padding));
    expect_same_when_cut(whole, text, limits, step);
    if (!whole.result.ok()) return;
    expect_well_formed(whole);
    expect(whole.head.status >= 100 && whole.head.status <= 999);
    expect(whole.head.reason_piece.at + whole.head.reason_piece.size <= whole.result.used);
}

template <typename Class>
void expect_scans_agree(std::string_view text) {
    const char* end = text.data() + text.size();
    for (const char* p = text.data(); p < end; ++p) {
        const char* stop = h1::scan<Class>(p, end);
        expect(stop == h1::portable::scan<Class>(p, end));
        p = stop;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    HeadLimits limits;
    if (data[0] % 4 == 1) limits.request_line_bytes = 16 + data[0] / 4;
    if (data[0] % 4 == 2) limits.head_bytes = 32 + data[0];
    if (data[0] % 4 == 3) limits.fields = data[0] / 16;
    const std::size_t step = 1 + data[1] % 32;
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    check_request(text, limits, step);
    check_response(text, limits, step);
    expect_scans_agree<h1::ValueClass>(text);
    expect_scans_agree<h1::TargetClass>(text);
    expect_scans_agree<h1::NameClass>(text);
    return 0;
}
