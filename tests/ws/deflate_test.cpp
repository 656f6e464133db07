#include <hyperlane/ws/deflate.hpp>
#include "ws/harness.hpp"

#include <algorithm>
#include <random>
#include <string>

namespace hyperlane::websocket::testing {
namespace {

DeflateOptions on() {
    DeflateOptions options;
    options.enabled = options.own_context = options.peer_context = true;
    options.smallest_message = 0;
    return options;
}

std::string answer_to(std::string_view offer, const DeflateOptions& options = on()) {
    const auto answer = accept_deflate(offer, options);
    return answer ? answer->text : "none";
}

TEST(DeflateNegotiation, AcceptsAPlainOffer_Rfc7692_7_1) {
    EXPECT_EQ(answer_to("permessage-deflate"), "permessage-deflate");
    EXPECT_EQ(answer_to("Permessage-Deflate"), "permessage-deflate");
    EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits"), "permessage-deflate");
    EXPECT_EQ(answer_to(""), "none");
    EXPECT_EQ(answer_to("permessage-bzip2, x-webkit-deflate-frame"), "none");
    EXPECT_EQ(answer_to("permessage-deflate", DeflateOptions()), "none");
}

TEST(DeflateNegotiation, ContextTakeover_Rfc7692_7_1_1) {
    EXPECT_EQ(answer_to("permessage-deflate; server_no_context_takeover"),
              "permessage-deflate; server_no_context_takeover");
    EXPECT_EQ(answer_to("permessage-deflate; client_no_context_takeover"),
              "permessage-deflate; client_no_context_takeover");
    DeflateOptions lean = on();
    lean.own_context = lean.peer_context = false;
    EXPECT_EQ(answer_to("permessage-deflate", lean),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
}

TEST(DeflateNegotiation, WindowBits_Rfc7692_7_1_2) {
    EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=10"),
              "permessage-deflate; server_max_window_bits=10");
    EXPECT_EQ(answer_to("permessage-deflate; server_max_window_bits=\"9\""),
              "permessage-deflate; server_max_window_bits=9");
    EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits=12"),
              "permessage-deflate; client_max_window_bits=12");
    DeflateOptions small = on();
    small.own_window_bits = 11;
    small.peer_window_bits = 9;
    EXPECT_EQ(answer_to("permessage-deflate; client_max_window_bits", small),
              "permessage-deflate; server_max_window_bits=11; client_max_window_bits=9");
    // A client that does not know the parameter must not be told it.
    EXPECT_EQ(answer_to("permessage-deflate", small), "permessage-deflate; server_max_window_bits=11");
}

TEST(DeflateNegotiation, DeclinesMalformedOffersAndTakesTheNext_Rfc7692_7_1) {
    for (const char* bad :
         {"permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=7",
          "permessage-deflate; server_max_window_bits=16", "permessage-deflate; server_max_window_bits=08",
          "permessage-deflate; client_max_window_bits=x", "permessage-deflate; unknown",
          "permessage-deflate; server_no_context_takeover=1",
          "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
          "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
          "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10"}) {
        EXPECT_EQ(answer_to(bad), "none") << bad;
        EXPECT_EQ(answer_to(std::string(bad) + ", permessage-deflate"), "permessage-deflate") << bad;
    }
}

TEST(DeflateNegotiation, ClientChecksTheAnswer) {
    DeflateOptions options = on();
    EXPECT_EQ(offer_deflate(options), "permessage-deflate; client_max_window_bits");
    const auto plain = check_deflate_answer("permessage-deflate", options);
    ASSERT_TRUE(plain);
    EXPECT_EQ(*plain, DeflateParameters());
    const auto all = check_deflate_answer(
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; "
        "client_max_window_bits=8",
        options);
    ASSERT_TRUE(all);
    EXPECT_EQ(*all, (DeflateParameters{true, true, 9, 8}));
    EXPECT_FALSE(check_deflate_answer("permessage-deflate, permessage-deflate", options));
    EXPECT_FALSE(check_deflate_answer("other", options));
    EXPECT_FALSE(check_deflate_answer("permessage-deflate; client_max_window_bits", options));
    options.peer_window_bits = 10;
    options.peer_context = false;
    EXPECT_EQ(offer_deflate(options),
              "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits");
    EXPECT_FALSE(check_deflate_answer("permessage-deflate", options));
    EXPECT_TRUE(
        check_deflate_answer("permessage-deflate; server_no_context_takeover; server_max_window_bits=10", options));
}

std::string inflate(Inflater& inflater, std::string_view data, std::size_t step = 1 << 20) {
    std::string out;
    for (std::size_t at = 0; at < data.size(); at += step) {
        EXPECT_EQ(inflater.feed(data.substr(at, step), out, 1 << 24), Inflater::Status::ok);
    }
    EXPECT_EQ(inflater.finish(out, 1 << 24), Inflater::Status::ok);
    return out;
}

std::string deflate(Deflater& deflater, std::string_view text) {
    std::string out;
    EXPECT_TRUE(deflater.compress(text, out));
    return out;
}

TEST(Deflate, ReadsTheExamples_Rfc7692_7_2_3) {
    Inflater inflater(15);
    EXPECT_EQ(inflate(inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00" + std::string()), "Hello");
    inflater.reset();
    EXPECT_EQ(inflate(inflater, std::string("\xf2\x48\xcd\xc9\xc9\x07\x00", 7)), "Hello");
    // With the context of the one before.
    EXPECT_EQ(inflate(inflater, std::string("\xf2\x00\x11\x00\x00", 5)), "Hello");
    inflater.reset();
    // A stored block.
    EXPECT_EQ(inflate(inflater, std::string("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11)), "Hello");
    inflater.reset();
    // A block that says it is the last, and the context afterwards.
    EXPECT_EQ(inflate(inflater, std::string("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8)), "Hello");
    EXPECT_EQ(inflate(inflater, std::string("\xf2\x00\x11\x00\x00", 5)), "Hello");
    inflater.reset();
    // Two blocks in one message.
    EXPECT_EQ(inflate(inflater, std::string("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13)), "Hello");
    inflater.reset();
    EXPECT_EQ(inflate(inflater, std::string("\x00", 1)), "");
}

TEST(Deflate, RoundTripsEverySizeWithAndWithoutContext) {
    std::mt19937 random(7);
    for (const int bits : {9, 10, 12, 15}) {
        Deflater with(bits, 1);
        Deflater without(bits, 6);
        Inflater with_context(bits);
        Inflater without_context(bits);
        for (const std::size_t size : {0u, 1u, 5u, 100u, 255u, 256u, 1000u, 5000u, 70'000u, 300'000u}) {
            for (const unsigned letters : {1u, 4u, 256u}) {
                std::string text(size, '\0');
                for (char& c : text) c = static_cast<char>(random() % letters);
                EXPECT_EQ(inflate(with_context, deflate(with, text), 777), text);
                EXPECT_EQ(inflate(without_context, deflate(without, text), 5000), text);
                without.reset();
                without_context.reset();
            }
        }
    }
}

TEST(Deflate, StopsABombAtTheLimit) {
    Deflater deflater(15, 9);
    const std::string bomb = deflate(deflater, std::string(50'000'000, '\0'));
    EXPECT_LT(bomb.size(), 60'000U);
    Inflater inflater(15);
    std::string out;
    EXPECT_EQ(inflater.feed(bomb, out, 1'000'000), Inflater::Status::too_large);
    EXPECT_LE(out.size(), 1'000'000U);
}

TEST(Deflate, RefusesWhatIsNone) {
    Inflater inflater(15);
    std::string out;
    EXPECT_EQ(inflater.feed("\xff\xff\xff\xff", out, 1000), Inflater::Status::bad_data);
}

// Cases 12 and 13 of the Autobahn suite: many messages of many sizes, with every combination of parameters.
class Cases12And13 : public ::testing::TestWithParam<DeflateParameters> {};

TEST_P(Cases12And13, EchoCompressedMessages) {
    const DeflateParameters agreed = GetParam();
    WebSocketOptions options;
    options.deflate = on();
    Deflater deflater(std::max(9, agreed.client_max_window_bits), 6);
    Inflater inflater(agreed.server_max_window_bits);
    World world(options, echo, {.capacity_bytes = 1 << 20}, agreed);
    std::mt19937 random(3);
    for (const std::size_t size : {16u, 64u, 256u, 1024u, 4096u, 8192u, 16384u, 32768u, 65536u, 131072u}) {
        for (int i = 0; i < 5; ++i) {
            std::string text(size, 'a');
            for (char& c : text) c = static_cast<char>('a' + random() % 8);
            std::string wired = deflate(deflater, text);
            if (agreed.client_no_context_takeover) deflater.reset();
            std::string bytes = wire({.opcode = 1, .payload = wired, .rsv = 4});
            if (i == 1) {  // in two frames, of which only the first says that it is compressed
                bytes = wire({.opcode = 1, .payload = wired.substr(0, 7), .fin = false, .rsv = 4}) +
                        more_frame(wired.substr(7));
            }
            const Frames frames = world.say_all(bytes);
            ASSERT_EQ(frames.size(), 1U);
            const bool compressed = agreed.server_max_window_bits >= 9;
            EXPECT_EQ(frames[0].rsv, compressed ? 4 : 0);
            EXPECT_EQ(compressed ? inflate(inflater, frames[0].payload) : frames[0].payload, text);
            if (agreed.server_no_context_takeover) inflater.reset();
        }
    }
    // Messages that are not compressed are welcome all the same.
    EXPECT_EQ(world.say(text_frame("plain", false) + more_frame("")).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, Cases12And13,
                         ::testing::Values(DeflateParameters{false, false, 15, 15},
                                           DeflateParameters{true, false, 15, 15},
                                           DeflateParameters{false, true, 15, 15},
                                           DeflateParameters{true, true, 15, 15}, DeflateParameters{false, false, 9, 9},
                                           DeflateParameters{true, true, 9, 9}, DeflateParameters{false, false, 12, 10},
                                           DeflateParameters{true, false, 8, 8}));

TEST(DeflateSession, EndsABombWith1009) {
    WebSocketOptions options;
    options.deflate = on();
    Deflater deflater(15, 9);
    const std::string bomb = deflate(deflater, std::string(100'000'000, '\0'));
    World world(options, echo, {.capacity_bytes = 1 << 20}, DeflateParameters());
    EXPECT_EQ(closed_with(world.say_all(wire({.opcode = 2, .payload = bomb, .rsv = 4}))), 1009);
}

TEST(DeflateSession, TakesAMessageOfTheLimitThatDoesNotCompress) {
    WebSocketOptions options;
    options.deflate = on();
    options.message_bytes = 100'000;
    std::mt19937 random(5);
    std::string noise(100'000, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    Deflater deflater(15, 6);
    Inflater inflater(15);
    const std::string payload = deflate(deflater, noise);
    EXPECT_GT(payload.size(), noise.size());
    World world(options, echo, {.capacity_bytes = 1 << 20}, DeflateParameters());
    EXPECT_EQ(inflate(inflater, world.say_all(wire({.opcode = 2, .payload = payload, .rsv = 4})).at(0).payload), noise);
}

TEST(DeflateSession, EndsGarbageWith1007) {
    WebSocketOptions options;
    options.deflate = on();
    World world(options, echo, {}, DeflateParameters());
    EXPECT_EQ(closed_with(world.say(wire({.opcode = 2, .payload = "\xff\xff\xff\xff", .rsv = 4}))), 1007);
}

TEST(DeflateSession, ChecksInflatedText) {
    WebSocketOptions options;
    options.deflate = on();
    Deflater deflater(15, 9);
    World world(options, echo, {}, DeflateParameters());
    EXPECT_EQ(closed_with(world.say(wire({.opcode = 1, .payload = deflate(deflater, "abc\xff"), .rsv = 4}))), 1007);
}

TEST(DeflateSession, SendsShortMessagesAsTheyAre) {
    WebSocketOptions options;
    options.deflate = on();
    options.deflate.smallest_message = 64;
    World world(options, echo, {}, DeflateParameters());
    EXPECT_EQ(world.say(text_frame("short")), Frames{text_of("short")});
    EXPECT_EQ(world.say(text_frame(std::string(64, 'x'))).at(0).rsv, 4);
}

TEST(DeflateSession, GoesOnWithoutItsContextAfterSomeIdleTime) {
    WebSocketOptions options;
    options.deflate = on();
    World world(options, echo, {}, DeflateParameters());
    Inflater inflater(15);
    EXPECT_EQ(inflate(inflater, world.say(text_frame("Hello Hello")).at(0).payload), "Hello Hello");
    for (int i = 0; i < 3; ++i) {
        world.pass(26s);
        const Frames frames = world.say(pong_frame() + text_frame("Hello Hello"));
        EXPECT_EQ(inflate(inflater, frames.back().payload), "Hello Hello");
    }
}

TEST(DeflateSession, SharesOneCompressedFormAlsoWithSocketsThatKeepContext) {
    WebSocketOptions options;
    options.deflate = on();
    const auto message = EncodedMessage::text("the same text for all, the same text for all, the same text for all");
    ASSERT_FALSE(message.frames()->compressed_frame().empty());
    World world(options, echo, {}, DeflateParameters());
    Inflater inflater(15);
    for (int i = 0; i < 5; ++i) {
        EXPECT_TRUE(world.socket->try_send(message));
        const Frames frames = world.say(text_frame("the same text for one"));
        ASSERT_EQ(frames.size(), 2U);
        EXPECT_EQ(frames[0].rsv, 4);
        EXPECT_EQ(inflate(inflater, frames[0].payload), message.data());
        EXPECT_EQ(inflate(inflater, frames[1].payload), "the same text for one");
    }
}

TEST(DeflateSession, HoldsNoCompressorBeforeItIsNeeded) {
    // Two messages that arrive at the same time in pieces, without a context: each has a decompressor of its own.
    WebSocketOptions options;
    options.deflate = on();
    const DeflateParameters agreed{true, true, 15, 15};
    World first(options, echo, {}, agreed);
    World second(options, echo, {}, agreed);
    Deflater deflater(15, 6);
    const std::string one = deflate(deflater, std::string(500, '1') + "first");
    deflater.reset();
    const std::string two = deflate(deflater, std::string(500, '2') + "second");
    const std::string bytes_one = wire({.opcode = 1, .payload = one, .rsv = 4});
    const std::string bytes_two = wire({.opcode = 1, .payload = two, .rsv = 4});
    first.say(bytes_one.substr(0, 10));
    second.say(bytes_two.substr(0, 10));
    Inflater inflater(15);
    EXPECT_EQ(inflate(inflater, first.say(bytes_one.substr(10)).at(0).payload), std::string(500, '1') + "first");
    inflater.reset();
    EXPECT_EQ(inflate(inflater, second.say(bytes_two.substr(10)).at(0).payload), std::string(500, '2') + "second");
}

}  // namespace
}  // namespace hyperlane::websocket::testing
