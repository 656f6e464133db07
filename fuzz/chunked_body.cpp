/// Bytes -> a chunked body; the first byte chooses limits, the second where the bytes are cut. Holds: the same data,
/// trailers and verdict at once and in pieces; data that is written as chunks is decoded to itself.

#include <hyperlane/http/h1/chunked.hpp>
#include <hyperlane/http/h1/write_head.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hyperlane::http;
using namespace hyperlane::http::h1;
using Status = ChunkedDecoder::Status;

void expect(bool holds) {
    if (!holds) std::abort();
}

struct Decoded {
    Status status = Status::need_more;
    ChunkError error = ChunkError::none;
    std::string data;
    std::string trailers;
    std::size_t used = 0;
};

Decoded decode(std::string_view text, const ChunkLimits& limits, std::size_t step) {
    ChunkedDecoder decoder(limits);
    Decoded out;
    for (std::size_t end = std::min(step, text.size());; end = std::min(end + step, text.size())) {
        const std::vector<char> exact(text.data() + out.used,
                                      text.data() + end);  // AddressSanitizer sees a read behind it
        std::string_view unread(exact.data(), exact.size());
        do {
            const auto part = decoder.feed(unread);
            out.status = part.status;
            expect(part.consumed <= unread.size());
            if (part.status == Status::data) out.data += part.data;
            if (part.status == Status::end) out.trailers = part.data;
            expect(part.status != Status::data || !part.data.empty());
            unread.remove_prefix(part.consumed);
            out.used += part.consumed;
        } while (out.status == Status::data);
        if (out.status == Status::end || out.status == Status::error || end == text.size()) break;
        expect(unread.size() <= limits.trailer_bytes);
    }
    out.error = decoder.error();
    return out;
}

void check_trailers(const std::string& section) {
    std::array<Field, 32> fields{};
    const std::size_t count = parse_trailers(section, fields);
    for (const Field& field : std::span(fields).first(count)) {
        expect(is_valid_field_name(field.name(section.data())) && is_valid_field_value(field.value(section.data())));
        expect(is_allowed_in_trailers(field.name(section.data())));
    }
}

void check_round_trip(std::string_view data, std::size_t step) {
    std::string text;
    for (std::size_t at = 0; at < data.size(); at += step) {
        const std::string_view part = data.substr(at, step);
        char head[max_chunk_head_bytes];
        text.append(head, write_chunk_head(head, part.size()));
        text += part;
        text += chunk_end;
    }
    text += last_chunk_no_trailers;
    const Decoded decoded = decode(text, {}, 7);
    expect(decoded.status == Status::end && decoded.data == data && decoded.used == text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) return 0;
    ChunkLimits limits;
    if (bytes[0] % 4 == 1) limits.extension_bytes = bytes[0] / 4;
    if (bytes[0] % 4 == 2) limits.trailer_bytes = 2 + bytes[0] / 4;
    if (bytes[0] % 4 == 3) limits.trailer_fields = bytes[0] / 64;
    const std::size_t step = 1 + bytes[1] % 32;
    const std::string_view text(reinterpret_cast<const char*>(bytes) + 2, size - 2);
    const Decoded whole = decode(text, limits, text.size() + 1);
    const Decoded cut = decode(text, limits, step);
    expect(whole.data == cut.data && whole.trailers == cut.trailers);
    if (whole.status == Status::end) expect(cut.status == Status::end && cut.used == whole.used);
    // A bad byte in a trailer line is noticed when the line has ended, or at the limit; the input may end before that.
    const bool unnoticed = whole.error == ChunkError::bad_trailer && cut.status == Status::need_more;
    expect(unnoticed || (whole.status == cut.status && whole.error == cut.error));
    if (whole.status == Status::end) check_trailers(whole.trailers);
    check_round_trip(text, step);
    return 0;
}
