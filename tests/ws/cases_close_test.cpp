// The cases of the Autobahn suite for servers, sections 7, 9 and 10: closing, limits, many pieces.

#include "ws/harness.hpp"

#include <string>

namespace hyperlane::websocket::testing {
namespace {

TEST(Cases7Close, EndsAfterAnEcho_7_1_1) {
    World world;
    EXPECT_EQ(world.say(text_frame("Hello World!") + close_frame(1000)),
              (Frames{text_of("Hello World!"), close_of(1000)}));
    EXPECT_TRUE(world.peer->ended);
    EXPECT_TRUE(world.done);
    EXPECT_EQ(world.socket->close_code(), 1000);
    EXPECT_TRUE(world.socket->closed_by_peer());
}

TEST(Cases7Close, HearsNothingAfterAClose_7_1_2_To_7_1_5) {
    for (const std::string& after : {close_frame(1000), ping_frame("x"), text_frame("x"), more_frame("x")}) {
        World world;
        EXPECT_EQ(world.say(close_frame(1000) + after), Frames{close_of(1000)});
        EXPECT_TRUE(world.peer->ended);
    }
    World within_a_message;
    EXPECT_EQ(within_a_message.say(text_frame("fragment1", false) + close_frame(1000) + more_frame("fragment2")),
              Frames{close_of(1000)});
}

TEST(Cases7Close, EndsAfterALargeMessage_7_1_6) {
    WebSocketOptions options;
    const std::string large(256 * 1024, 'x');
    World world(options);
    const auto frames = world.say_all(text_frame(large) + close_frame(1000) + ping_frame());
    EXPECT_EQ(frames, (Frames{text_of(large), close_of(1000)}));
}

TEST(Cases7Close, AnswersOneWithoutACode_7_3_1) {
    World world;
    EXPECT_EQ(world.say(wire({.opcode = 8, .payload = ""})), (Frames{{.opcode = 8, .payload = "", .masked = false}}));
    EXPECT_EQ(world.socket->close_code(), 1005);
}

TEST(Cases7Close, RefusesOneByte_7_3_2) {
    World world;
    EXPECT_EQ(closed_with(world.say(wire({.opcode = 8, .payload = "a"}))), 1002);
}

TEST(Cases7Close, TakesAReason_7_3_3_To_7_3_5) {
    World world;
    EXPECT_EQ(closed_with(world.say(close_frame(1000, "Hello World!"))), 1000);
    EXPECT_EQ(world.socket->close_reason(), "Hello World!");
    World longest;
    EXPECT_EQ(closed_with(longest.say(close_frame(1000, std::string(123, '*')))), 1000);
    EXPECT_EQ(longest.socket->close_reason(), std::string(123, '*'));
}

TEST(Cases7Close, RefusesALongReason_7_3_6) {
    World world;
    EXPECT_EQ(closed_with(world.say(close_frame(1000, std::string(124, '*')))), 1002);
}

TEST(Cases7Close, RefusesAReasonThatIsNoUtf8_7_5_1) {
    World world;
    EXPECT_EQ(closed_with(world.say(close_frame(1000, "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80"))),
              1007);
}

TEST(Cases7Close, TakesCodesThatAreAllowed_7_7) {
    for (const int code :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}) {
        World world;
        EXPECT_EQ(world.say(close_frame(code)), Frames{close_of(code)}) << code;
        EXPECT_EQ(world.socket->close_code(), code);
    }
}

TEST(Cases7Close, RefusesOthers_7_9_And_7_13) {
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        World world;
        EXPECT_EQ(closed_with(world.say(close_frame(code))), 1002) << code;
    }
}

WebSocketOptions generous() {
    WebSocketOptions options;
    options.message_bytes = 16 * 1024 * 1024;
    options.fragments = 65'536;
    return options;
}

// Sizes that a test can afford; the full ones are sent by tests/e2e.
TEST(Cases9Limits, EchoesLargeMessages_9_1_And_9_2) {
    for (const std::size_t size : {64u, 256u, 1024u, 4096u}) {
        const std::string payload(size * 1024, '*');
        World world(generous());
        EXPECT_EQ(world.say_all(text_frame(payload) + binary_frame(payload)),
                  (Frames{text_of(payload), binary_of(payload)}));
    }
}

TEST(Cases9Limits, EchoesMessagesInManyFragments_9_3_And_9_4) {
    for (const std::size_t piece : {64u, 256u, 4096u, 65536u}) {
        const std::string payload(1024 * 1024, '*');
        std::string bytes = text_frame("", false);
        for (std::size_t at = 0; at < payload.size(); at += piece)
            bytes += more_frame(payload.substr(at, piece), false);
        World world(generous());
        EXPECT_EQ(world.say_all(bytes + more_frame("")), Frames{text_of(payload)}) << piece;
    }
}

TEST(Cases9Limits, EchoesInSmallChops_9_5_And_9_6) {
    for (const std::size_t chop : {64u, 128u, 1024u, 2048u}) {
        const std::string payload(128 * 1024, '*');
        World world(generous(), echo, {.capacity_bytes = 1 << 20, .max_read_bytes = chop});
        EXPECT_EQ(world.say_all(text_frame(payload)), Frames{text_of(payload)});
    }
}

TEST(Cases9Limits, EchoesManyMessagesOneByOne_9_7_And_9_8) {
    for (const std::size_t size : {0u, 16u, 64u, 256u, 1024u, 4096u}) {
        World world;
        const std::string payload(size, '*');
        for (int i = 0; i < 200; ++i) ASSERT_EQ(world.say(text_frame(payload)), Frames{text_of(payload)});
    }
}

TEST(Cases10Misc, EchoesAMessageThatIsSentInFragmentsOfItsOwn_10_1_1) {
    World world;
    const std::string payload(65536, '*');
    std::string bytes = text_frame(payload.substr(0, 1300), false);
    for (std::size_t at = 1300; at < payload.size(); at += 1300) bytes += more_frame(payload.substr(at, 1300), false);
    EXPECT_EQ(world.say(bytes + more_frame("")), Frames{text_of(payload)});
}

TEST(Limits, RefusesAMessageThatIsTooLargeBeforeItHasCome) {
    WebSocketOptions options;
    options.message_bytes = 1000;
    World world(options);
    EXPECT_EQ(world.say(text_frame(std::string(1000, 'x'))).size(), 1U);
    // Only the head has come.
    EXPECT_EQ(closed_with(world.say(text_frame(std::string(1001, 'x')).substr(0, 8))), 1009);
    EXPECT_EQ(world.socket->close_code(), 1009);
    EXPECT_EQ(world.socket->close_reason(), "at most 1000 bytes fit a message here");
}

TEST(Limits, CountsAllPiecesOfAMessage) {
    WebSocketOptions options;
    options.message_bytes = 1000;
    World world(options);
    EXPECT_EQ(
        closed_with(world.say(text_frame(std::string(600, 'x'), false) + more_frame(std::string(401, 'x'), false))),
        1009);
}

TEST(Limits, RefusesAFrameThatIsTooLarge) {
    WebSocketOptions options;
    options.frame_bytes = 100;
    World world(options);
    EXPECT_EQ(world.say(text_frame(std::string(100, 'x'), false) + more_frame(std::string(100, 'x'))).size(), 1U);
    EXPECT_EQ(closed_with(world.say(text_frame(std::string(101, 'x')))), 1009);
}

TEST(Limits, RefusesAMessageOfTooManyFragments) {
    WebSocketOptions options;
    options.fragments = 3;
    World world(options);
    EXPECT_EQ(world.say(text_frame("a", false) + more_frame("b", false) + more_frame("c")), Frames{text_of("abc")});
    EXPECT_EQ(closed_with(world.say(text_frame("a", false) + more_frame("b", false) + more_frame("c", false) +
                                    more_frame("d"))),
              1008);
}

TEST(Limits, RefusesATooLargeMessageAlsoWhenNobodyReceives) {
    WebSocketOptions options;
    options.message_bytes = 1000;
    World world(options, [](WebSocket socket) -> Task<> {
        co_await sleep(1s);
        while (const auto message = co_await socket.receive()) {
        }
    });
    EXPECT_EQ(closed_with(world.say(text_frame(std::string(1001, 'x')))), 1009);
}

}  // namespace
}  // namespace hyperlane::websocket::testing
