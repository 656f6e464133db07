// The cases of the Autobahn suite for servers, sections 1 to 5: framing, pings, reserved bits, opcodes, fragmentation.
// Each test names the cases that it stands for. What is sent in pieces there is sent byte by byte here.

#include "ws/harness.hpp"

#include <string>

namespace hyperlane::websocket::testing {
namespace {

WebSocketOptions large() {
    WebSocketOptions options;
    options.message_bytes = 16 * 1024 * 1024;
    options.fragments = 65'536;
    return options;
}

/// Send byte by byte, each in a segment of its own.
Frames trickle(World& world, std::string_view bytes) {
    for (const char byte : bytes) {
        world.peer->send({&byte, 1});
        turn(world.loop());
    }
    world.turns();
    return world.peer->frames();
}

constexpr std::size_t sizes[] = {0, 125, 126, 127, 128, 65535, 65536};

TEST(Cases1Framing, EchoesTextOfEverySize_1_1) {
    for (const std::size_t size : sizes) {
        World world(large());
        EXPECT_EQ(world.say(text_frame(std::string(size, '*'))), Frames{text_of(std::string(size, '*'))}) << size;
        EXPECT_EQ(world.say(close_frame(1000)), Frames{close_of(1000)});
    }
}

TEST(Cases1Framing, EchoesBinaryOfEverySize_1_2) {
    for (const std::size_t size : sizes) {
        World world(large());
        EXPECT_EQ(world.say(binary_frame(std::string(size, '\xFE'))), Frames{binary_of(std::string(size, '\xFE'))});
    }
}

TEST(Cases1Framing, EchoesWhatComesInChops_1_1_8_And_1_2_8) {
    World world(large());
    const std::string payload(65536, '*');
    const std::string bytes = text_frame(payload) + binary_frame(payload);
    for (std::size_t at = 0; at < bytes.size(); at += 997) {
        world.peer->send(std::string_view(bytes).substr(at, 997));
        turn(world.loop());
    }
    EXPECT_EQ(world.say({}), (Frames{text_of(payload), binary_of(payload)}));
}

TEST(Cases2Pings, AnswersWithTheSamePayload_2_1_To_2_4) {
    World world;
    EXPECT_EQ(world.say(ping_frame()), Frames{pong_of()});
    EXPECT_EQ(world.say(ping_frame("Hello, world!")), Frames{pong_of("Hello, world!")});
    const std::string bytes("\x00\xff\xfe\xfd\xfc\xfb\x00\xff", 8);
    EXPECT_EQ(world.say(ping_frame(bytes)), Frames{pong_of(bytes)});
    EXPECT_EQ(world.say(ping_frame(std::string(125, '\xfe'))), Frames{pong_of(std::string(125, '\xfe'))});
}

TEST(Cases2Pings, FailsOnALongOne_2_5) {
    World world;
    EXPECT_EQ(closed_with(world.say(ping_frame(std::string(126, '\xfe')))), 1002);
    EXPECT_TRUE(world.peer->ended);
}

TEST(Cases2Pings, AnswersOneThatComesByteByByte_2_6) {
    World world;
    EXPECT_EQ(trickle(world, ping_frame(std::string(125, '\xfe'))), Frames{pong_of(std::string(125, '\xfe'))});
}

TEST(Cases2Pings, TakesPongsThatNobodyAskedFor_2_7_To_2_9) {
    World world;
    EXPECT_EQ(world.say(pong_frame()), Frames{});
    EXPECT_EQ(world.say(pong_frame("unsolicited")), Frames{});
    EXPECT_EQ(world.say(pong_frame("unsolicited") + ping_frame("ping")), Frames{pong_of("ping")});
}

TEST(Cases2Pings, AnswersTenInOrder_2_10_And_2_11) {
    std::string bytes;
    Frames pongs;
    for (int i = 0; i < 10; ++i) {
        bytes += ping_frame("payload-" + std::to_string(i));
        pongs.push_back(pong_of("payload-" + std::to_string(i)));
    }
    World together;
    EXPECT_EQ(together.say(bytes), pongs);
    World apart;
    EXPECT_EQ(trickle(apart, bytes), pongs);
}

TEST(Cases3ReservedBits, FailAtOnce_3_1_To_3_7) {
    for (int rsv = 1; rsv < 8; ++rsv) {
        World world;
        const RawFrame bad{.opcode = rsv == 5 ? 2 : rsv == 6 ? 9 : rsv == 7 ? 8 : 1, .payload = "Hello", .rsv = rsv};
        const Frames frames = world.say(text_frame("before") + wire(bad) + ping_frame());
        ASSERT_EQ(frames.size(), 2U) << rsv;
        EXPECT_EQ(frames[0], text_of("before"));
        EXPECT_EQ(closed_with(frames), 1002);
        EXPECT_TRUE(world.peer->ended);
    }
}

TEST(Cases3ReservedBits, FailAlsoByteByByte_3_4) {
    World world;
    const auto frames =
        trickle(world, text_frame("before") + wire({.opcode = 1, .payload = "x", .rsv = 4}) + ping_frame());
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(closed_with(frames), 1002);
}

TEST(Cases4Opcodes, FailWhereTheyAreReserved_4_1_And_4_2) {
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
        for (const char* payload : {"", "reserved opcode payload"}) {
            World world;
            const auto frames =
                world.say(text_frame("before") + wire({.opcode = opcode, .payload = payload}) + ping_frame());
            ASSERT_EQ(frames.size(), 2U) << opcode;
            EXPECT_EQ(frames[0], text_of("before"));
            EXPECT_EQ(closed_with(frames), 1002);
        }
    }
}

TEST(Cases5Fragmentation, FailsForPingAndPongInPieces_5_1_And_5_2) {
    for (const int opcode : {9, 10}) {
        World world;
        EXPECT_EQ(closed_with(world.say(wire({.opcode = opcode, .payload = "fragment1", .fin = false}) +
                                        more_frame("fragment2"))),
                  1002);
    }
}

TEST(Cases5Fragmentation, PutsPiecesTogether_5_3_To_5_5) {
    const std::string bytes = text_frame("fragment1", false) + more_frame("fragment2");
    World together;
    EXPECT_EQ(together.say(bytes), Frames{text_of("fragment1fragment2")});
    World apart;
    EXPECT_EQ(apart.say(text_frame("fragment1", false)), Frames{});
    EXPECT_EQ(apart.say(more_frame("fragment2")), Frames{text_of("fragment1fragment2")});
    World byte_by_byte;
    EXPECT_EQ(trickle(byte_by_byte, bytes), Frames{text_of("fragment1fragment2")});
}

TEST(Cases5Fragmentation, AnswersAPingBetweenPieces_5_6_To_5_8) {
    const std::string bytes = text_frame("fragment1", false) + ping_frame("ping") + more_frame("fragment2");
    const Frames expected{pong_of("ping"), text_of("fragment1fragment2")};
    World together;
    EXPECT_EQ(together.say(bytes), expected);
    World byte_by_byte;
    EXPECT_EQ(trickle(byte_by_byte, bytes), expected);
}

TEST(Cases5Fragmentation, FailsForAContinuationOfNothing_5_9_To_5_14) {
    for (const bool fin : {true, false}) {
        World world;
        EXPECT_EQ(closed_with(world.say(more_frame("non-continuation payload", fin) + text_frame("Hello, world!"))),
                  1002);
        World trickled;
        EXPECT_EQ(closed_with(trickle(trickled, more_frame("x", fin))), 1002);
        World after_a_message;
        const auto frames = after_a_message.say(text_frame("fragment1", false) + more_frame("fragment2") +
                                                more_frame("fragment3", fin));
        EXPECT_EQ(frames.front(), text_of("fragment1fragment2"));
        EXPECT_EQ(closed_with(frames), 1002);
    }
}

TEST(Cases5Fragmentation, FailsForAContinuationAfterTheEnd_5_15_To_5_17) {
    World world;
    const auto frames = world.say(text_frame("fragment1", false) + more_frame("fragment2") +
                                  more_frame("fragment3", false) + text_frame("fragment4"));
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0], text_of("fragment1fragment2"));
    EXPECT_EQ(closed_with(frames), 1002);
}

TEST(Cases5Fragmentation, FailsForAMessageWithinAMessage_5_18) {
    World world;
    EXPECT_EQ(closed_with(world.say(text_frame("fragment1", false) + text_frame("fragment2"))), 1002);
}

TEST(Cases5Fragmentation, KeepsItsOrderAmongPings_5_19_And_5_20) {
    World world;
    EXPECT_EQ(world.say(text_frame("f1", false) + more_frame("f2", false) + ping_frame("pongme 1!")),
              Frames{pong_of("pongme 1!")});
    world.pass(1s);
    EXPECT_EQ(world.say(more_frame("f3", false) + more_frame("f4", false) + ping_frame("pongme 2!") + more_frame("f5")),
              (Frames{pong_of("pongme 2!"), text_of("f1f2f3f4f5")}));
}

}  // namespace
}  // namespace hyperlane::websocket::testing
