#include <hyperlane/http/h1/chunked.hpp>

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::http::h1 {
namespace {

using Status = ChunkedDecoder::Status;

struct Decoded {
    std::string data;
    std::string trailers;
    std::string rest;  // what came behind the body
    Status status = Status::need_more;
    ChunkError error = ChunkError::none;
    bool operator==(const Decoded&) const = default;
};

/// Feed pieces as a connection does: what was not consumed is kept in front of the next piece.
Decoded decode(const std::vector<std::string_view>& pieces, const ChunkLimits& limits = {}) {
    ChunkedDecoder decoder(limits);
    Decoded out;
    std::string kept;
    for (const std::string_view piece : pieces) {
        kept += piece;
        if (out.status == Status::end || out.status == Status::error) continue;
        const std::vector<char> exact(kept.begin(), kept.end());  // of exact size, for AddressSanitizer
        std::string_view unread(exact.data(), exact.size());
        do {
            const auto step = decoder.feed(unread);
            out.status = step.status;
            if (step.status == Status::data) out.data += step.data;
            if (step.status == Status::end) out.trailers = step.data;
            unread.remove_prefix(step.consumed);
        } while (out.status == Status::data);
        kept = std::string(unread);
    }
    out.error = decoder.error();
    if (out.status == Status::end) out.rest = kept;
    return out;
}

const std::string whole_body =
    "5\r\nhello\r\n1;a=b;c=\"d\\\"e;\";f\r\n \r\nB ; x\t=\ty\r\nworld, world\r\n00\r\nX-Sum: 1\r\nY:  z \r\n\r\nGET /";

TEST(Chunked, RefusesWhenTheDataIsLongerThanItsSize_Rfc9112_7_1) {
    EXPECT_EQ(decode({whole_body}).error, ChunkError::missing_data_end);
}

std::string good_body() {
    std::string text = whole_body;
    text.replace(text.find("B ;"), 1, "C");
    return text;
}

TEST(Chunked, DecodesDataExtensionsAndTrailers) {
    const Decoded decoded = decode({good_body()});
    EXPECT_EQ(decoded.status, Status::end);
    EXPECT_EQ(decoded.data, "hello world, world");
    EXPECT_EQ(decoded.trailers, "X-Sum: 1\r\nY:  z \r\n");
    EXPECT_EQ(decoded.rest, "GET /");
}

TEST(Chunked, IsTheSameAtEverySplit) {
    const std::string text = good_body();
    const Decoded expected = decode({text});
    const std::string_view view = text;
    for (std::size_t a = 0; a <= text.size(); ++a) {
        for (std::size_t b = a; b <= text.size(); ++b) {
            ASSERT_EQ(decode({view.substr(0, a), view.substr(a, b - a), view.substr(b)}), expected) << a << " " << b;
        }
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(view.substr(i, 1));
    EXPECT_EQ(decode(bytes), expected);
}

TEST(Chunked, NeedsMoreAtEveryPrefix) {
    const std::string text = good_body().substr(0, good_body().size() - 5);
    for (std::size_t size = 0; size < text.size(); ++size) {
        ASSERT_EQ(decode({std::string_view(text).substr(0, size)}).status, Status::need_more) << size;
    }
}

TEST(Chunked, GivesOutViewsIntoItsInput) {
    const std::string text = "3\r\nabc\r\n";
    ChunkedDecoder decoder;
    const auto step = decoder.feed(text);
    EXPECT_EQ(step.data.data(), text.data() + 3);
    EXPECT_EQ(step.consumed, 6u);
}

TEST(Chunked, TakesSizesUpTo63Bits) {
    ChunkedDecoder decoder;
    const auto step = decoder.feed("7fffffffffffffff\r\nx");
    EXPECT_EQ(step.status, Status::data);
    EXPECT_EQ(step.data, "x");
    EXPECT_EQ(decode({"8000000000000000\r\n"}).error, ChunkError::size_overflow);
    EXPECT_EQ(decode({"00000000000000001\r\n"}).error, ChunkError::size_overflow);
    EXPECT_EQ(decode({"aBcDeF\r\n"}).error, ChunkError::none);
}

TEST(Chunked, StaysFailed) {
    ChunkedDecoder decoder;
    EXPECT_EQ(decoder.feed("x").status, Status::error);
    EXPECT_EQ(decoder.feed("0\r\n\r\n").status, Status::error);
    EXPECT_EQ(decoder.error(), ChunkError::bad_size);
}

TEST(Chunked, BoundsExtensionsOfAllChunksTogether) {
    ChunkLimits limits;
    limits.extension_bytes = 10;
    EXPECT_EQ(decode({"1;abc\r\nx\r\n1;abcd\r\nx\r\n0\r\n\r\n"}, limits).status, Status::end);
    EXPECT_EQ(decode({"1;abc\r\nx\r\n1;abcdef\r\nx\r\n0\r\n\r\n"}, limits).error, ChunkError::extensions_too_long);
    EXPECT_EQ(decode({"1               ;a\r\n"}, limits).error, ChunkError::extensions_too_long);
    EXPECT_EQ(status_of(ChunkError::extensions_too_long), 400);
}

TEST(Chunked, BoundsTrailers) {
    ChunkLimits limits;
    limits.trailer_bytes = 20;
    limits.trailer_fields = 2;
    EXPECT_EQ(decode({"0\r\nA: 12345678901234\r\n\r\n"}, limits).error, ChunkError::trailers_too_large);
    EXPECT_EQ(decode({"0\r\nA: 1234567890123\r\n\r\n"}, limits).status, Status::end);
    EXPECT_EQ(decode({"0\r\nA: 12345678901234567890"}, limits).error, ChunkError::trailers_too_large);
    EXPECT_EQ(decode({"0\r\nA:\r\nB:\r\n\r\n"}, limits).status, Status::end);
    EXPECT_EQ(decode({"0\r\nA:\r\nB:\r\nC:\r\n\r\n"}, limits).error, ChunkError::trailers_too_large);
    EXPECT_EQ(status_of(ChunkError::trailers_too_large), 431);
}

TEST(Chunked, DropsForbiddenTrailers_Rfc9110_6_5_1) {
    const std::string section =
        "X-Sum: 1\r\nContent-Length: 3\r\nTRANSFER-ENCODING: x\r\nHost: h\r\nAuthorization: a\r\nSet-Cookie: c\r\n"
        "Content-Type: t\r\nContent-Digest: d\r\n";
    std::array<Field, 8> fields{};
    ASSERT_EQ(parse_trailers(section, fields), 2u);
    EXPECT_EQ(fields[0].name(section.data()), "X-Sum");
    EXPECT_EQ(fields[0].value(section.data()), "1");
    EXPECT_EQ(fields[1].name(section.data()), "Content-Digest");
    EXPECT_EQ(parse_trailers("", fields), 0u);
    EXPECT_EQ(parse_trailers(section, std::span(fields).first(1)), 1u);
}

TEST(Chunked, DecodesWhatItWrites) {
    std::string text;
    std::string expected;
    for (const std::size_t size : {1u, 15u, 16u, 255u, 4096u}) {
        char head[max_chunk_head_bytes];
        text.append(head, write_chunk_head(head, size));
        text.append(size, 'x');
        text += chunk_end;
        expected.append(size, 'x');
    }
    EXPECT_EQ(decode({text + std::string(last_chunk_no_trailers)}).data, expected);
    EXPECT_EQ(decode({text + std::string(last_chunk) + "A: b\r\n" + std::string(chunk_end)}).trailers, "A: b\r\n");
    char head[max_chunk_head_bytes];
    EXPECT_EQ(std::string(head, write_chunk_head(head, ~std::uint64_t{0})), "ffffffffffffffff\r\n");
}

}  // namespace
}  // namespace hyperlane::http::h1
