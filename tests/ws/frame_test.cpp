#include <hyperlane/ws/frame.hpp>
#include "ws/harness.hpp"

#include <algorithm>
#include <random>
#include <string>

namespace hyperlane::websocket {
namespace {

using testing::RawFrame;
using testing::wire;

struct Decoded {
    std::vector<FrameHead> heads;
    std::vector<std::string> payloads;
    FrameError error = FrameError::none;
};

Decoded decode(std::string bytes, std::size_t step, bool rsv1 = false) {
    FrameDecoder decoder(Role::client, rsv1);
    Decoded out;
    std::size_t at = 0;
    std::size_t end = std::min(step, bytes.size());
    for (;;) {
        const auto got = decoder.feed({bytes.data() + at, end - at});
        at += got.consumed;
        if (got.status == FrameDecoder::Status::need_more) {
            EXPECT_EQ(at, end);
            if (end == bytes.size()) return out;
            end = std::min(end + step, bytes.size());
        } else if (got.status == FrameDecoder::Status::head) {
            out.heads.push_back(decoder.head());
            out.payloads.emplace_back();
        } else if (got.status == FrameDecoder::Status::payload) {
            out.payloads.back().append(got.payload.data(), got.payload.size());
        } else {
            out.error = decoder.error();
            return out;
        }
    }
}

FrameError error_of(std::string bytes) {
    const FrameError whole = decode(bytes, bytes.size()).error;
    EXPECT_EQ(decode(bytes, 1).error, whole);
    return whole;
}

TEST(Frame, IsTheSameCutAnywhere_Rfc6455_5_2) {
    std::string bytes;
    std::vector<std::string> payloads;
    for (const std::size_t size : {0u, 1u, 125u, 126u, 127u, 300u, 65535u, 65536u, 70000u}) {
        payloads.emplace_back(size, static_cast<char>('a' + size % 26));
        bytes += wire({.opcode = 2, .payload = payloads.back()});
    }
    for (const std::size_t step : {1u, 2u, 3u, 5u, 7u, 13u, 1000u, 1000000u}) {
        const Decoded out = decode(bytes, step);
        EXPECT_EQ(out.payloads, payloads) << step;
        EXPECT_EQ(out.error, FrameError::none);
    }
}

TEST(Frame, SaysWhatIsInTheHead) {
    const auto out = decode(wire({.opcode = 1, .payload = "abc", .fin = false, .rsv = 4}), 100, true);
    ASSERT_EQ(out.heads.size(), 1U);
    EXPECT_EQ(out.heads[0].opcode, Opcode::text);
    EXPECT_FALSE(out.heads[0].fin);
    EXPECT_TRUE(out.heads[0].rsv1);
    EXPECT_TRUE(out.heads[0].masked);
    EXPECT_EQ(out.heads[0].length, 3U);
}

TEST(Frame, RefusesReservedBits_Rfc6455_5_2) {
    for (int rsv = 1; rsv < 8; ++rsv) {
        EXPECT_EQ(error_of(wire({.opcode = 1, .payload = "x", .rsv = rsv})), FrameError::reserved_bit);
        const auto with_extension = decode(wire({.opcode = 1, .payload = "x", .rsv = rsv}), 100, true);
        EXPECT_EQ(with_extension.error, rsv == 4 ? FrameError::none : FrameError::reserved_bit);
    }
}

TEST(Frame, RefusesTheBitOfCompressionWhereItMeansNothing_Rfc7692_6_1) {
    for (const int opcode : {0, 8, 9, 10}) {
        EXPECT_EQ(decode(wire({.opcode = opcode, .payload = "x", .rsv = 4}), 100, true).error,
                  FrameError::reserved_bit);
    }
}

TEST(Frame, RefusesUnknownOpcodes_Rfc6455_5_2) {
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        EXPECT_EQ(error_of(wire({.opcode = opcode, .payload = ""})), FrameError::unknown_opcode);
    }
}

TEST(Frame, RefusesControlFramesThatAreLongOrCut_Rfc6455_5_5) {
    for (const int opcode : {8, 9, 10}) {
        EXPECT_EQ(error_of(wire({.opcode = opcode, .payload = std::string(126, 'x')})), FrameError::long_control);
        EXPECT_EQ(error_of(wire({.opcode = opcode, .payload = "x", .fin = false})), FrameError::fragmented_control);
        EXPECT_EQ(error_of(wire({.opcode = opcode, .payload = std::string(125, 'x')})), FrameError::none);
    }
}

TEST(Frame, WantsClientsToMaskAndServersNotTo_Rfc6455_5_1) {
    EXPECT_EQ(error_of(wire({.payload = "x", .masked = false})), FrameError::not_masked);
    FrameDecoder of_server(Role::server);
    std::string bytes = wire({.payload = "x"});
    EXPECT_EQ(of_server.feed(bytes).status, FrameDecoder::Status::error);
    EXPECT_EQ(of_server.error(), FrameError::masked);
}

TEST(Frame, RefusesLengthsThatAreNotInTheShortestForm_Rfc6455_5_2) {
    EXPECT_EQ(error_of(wire({.opcode = 2, .payload = std::string(125, 'x')}, 2)), FrameError::length_form);
    EXPECT_EQ(error_of(wire({.opcode = 2, .payload = std::string(126, 'x')}, 8)), FrameError::length_form);
    EXPECT_EQ(error_of(wire({.opcode = 2, .payload = std::string(65535, 'x')}, 8)), FrameError::length_form);
    EXPECT_EQ(error_of(wire({.opcode = 2, .payload = std::string(126, 'x')}, 2)), FrameError::none);
}

TEST(Frame, RefusesALengthOf64Bits_Rfc6455_5_2) {
    EXPECT_EQ(error_of(std::string("\x82\xff\x80\0\0\0\0\0\0\0abcd", 14)), FrameError::length_too_large);
}

TEST(Frame, KnowsABadFirstByteAtOnce) {
    FrameDecoder decoder(Role::client);
    std::string byte = "\x83";
    EXPECT_EQ(decoder.feed(byte).status, FrameDecoder::Status::error);
}

TEST(Frame, WritesWhatItReads) {
    for (const std::size_t size : {0u, 1u, 125u, 126u, 65535u, 65536u}) {
        for (const bool masked : {false, true}) {
            const MaskKey key{1, 2, 3, 4};
            const FrameHead head{.length = size, .key = key, .opcode = Opcode::binary, .fin = true, .masked = masked};
            char bytes[max_frame_head_bytes];
            std::string text(bytes, static_cast<std::size_t>(write_frame_head(bytes, head) - bytes));
            FrameDecoder decoder(masked ? Role::client : Role::server);
            EXPECT_EQ(decoder.feed(text).status, FrameDecoder::Status::head);
            EXPECT_EQ(decoder.head().length, size);
            if (masked) {
                EXPECT_EQ(decoder.head().key, key);
            }
        }
    }
}

TEST(Mask, IsTheSameHoweverItIsDone_Rfc6455_5_3) {
    std::mt19937 random(1);
    for (std::size_t size = 0; size < 200; ++size) {
        for (std::size_t offset = 0; offset < 5; ++offset) {
            std::string text(size + 3, '\0');
            for (char& c : text) c = static_cast<char>(random());
            const MaskKey key{0x12, 0x34, 0x56, 0x78};
            std::string expected = text;
            for (std::size_t i = 0; i < size; ++i)
                expected[i + 1] = static_cast<char>(expected[i + 1] ^ key[(offset + i) % 4]);
            std::string fast = text;
            std::string slow = text;
            apply_mask({fast.data() + 1, size}, key, offset);
            portable::apply_mask({slow.data() + 1, size}, key, offset);
            EXPECT_EQ(fast, expected);
            EXPECT_EQ(slow, expected);
        }
    }
}

TEST(Mask, KeysDiffer) {
    const MaskKey first = random_mask_key();
    int same = 0;
    for (int i = 0; i < 600; ++i) same += random_mask_key() == first ? 1 : 0;
    EXPECT_LT(same, 3);
}

}  // namespace
}  // namespace hyperlane::websocket
