// The cases of the Autobahn suite for servers, section 6: UTF-8, and how fast what is none is refused.

#include "ws/harness.hpp"

#include <string>

namespace hyperlane::websocket::testing {
namespace {

const std::string kosme = "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
const std::string uber = "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!";

int code_for(std::string_view payload) {
    World world;
    return closed_with(world.say(text_frame(std::string(payload))));
}

void expect_echo(const std::string& payload) {
    World whole;
    EXPECT_EQ(whole.say(text_frame(payload)), Frames{text_of(payload)}) << payload;
    World in_fragments;
    std::string bytes = text_frame("", false);
    for (const char c : payload) bytes += more_frame({c}, false);
    EXPECT_EQ(in_fragments.say(bytes + more_frame("")), Frames{text_of(payload)}) << payload;
}

TEST(Cases6Text, EchoesEmptyMessagesAndPieces_6_1) {
    World world;
    EXPECT_EQ(world.say(text_frame("")), Frames{text_of("")});
    EXPECT_EQ(world.say(text_frame("", false) + more_frame("", false) + more_frame("")), Frames{text_of("")});
    EXPECT_EQ(world.say(text_frame("", false) + more_frame("middle", false) + more_frame("")),
              Frames{text_of("middle")});
}

TEST(Cases6Text, EchoesCharactersCutAnywhere_6_2) {
    expect_echo(uber);
    expect_echo(kosme);
}

TEST(Cases6Text, Refuses_6_3) {
    EXPECT_EQ(code_for(kosme + "\xed\xa0\x80"
                               "edited"),
              1007);
}

// The first piece is good, the second makes it bad, the third is never waited for.
TEST(Cases6Text, FailsFastAtTheBadFragment_6_4_1_And_6_4_2) {
    World world;
    EXPECT_EQ(world.say(text_frame(kosme, false)), Frames{});
    EXPECT_EQ(closed_with(world.say(more_frame("\xf4\x90\x80\x80", false))), 1007);
    World earlier;
    EXPECT_EQ(earlier.say(text_frame(kosme + "\xf4", false)), Frames{});
    EXPECT_EQ(closed_with(earlier.say(more_frame("\x90", false))), 1007);
}

// Within one frame, at the very byte.
TEST(Cases6Text, FailsFastWithinAFrame_6_4_3_And_6_4_4) {
    const std::string frame = text_frame(kosme +
                                         "\xf4\x90\x80\x80"
                                         "edited");
    const std::size_t bad = frame.size() - 9;  // behind f4: the 90 is what cannot be
    World world;
    EXPECT_EQ(world.say(std::string_view(frame).substr(0, bad)), Frames{});
    EXPECT_TRUE(world.socket->is_open());
    EXPECT_EQ(closed_with(world.say(std::string_view(frame).substr(bad, 1))), 1007);
    EXPECT_TRUE(world.peer->ended);
}

TEST(Cases6Text, TakesBoundariesOfLengths_6_7_6_9_6_11_6_12_6_22) {
    for (const std::string& text :
         {std::string("\0", 1), std::string("\xc2\x80"), std::string("\xe0\xa0\x80"), std::string("\xf0\x90\x80\x80"),
          std::string("\x7f"), std::string("\xdf\xbf"), std::string("\xef\xbf\xbf"), std::string("\xf4\x8f\xbf\xbf"),
          std::string("\xed\x9f\xbf"), std::string("\xee\x80\x80"), std::string("\xef\xbf\xbd"),
          std::string("\xef\xbf\xbe"), std::string("\xf0\x9f\xbf\xbe"), std::string("\xf4\x8f\xbf\xbe"),
          std::string("\xef\xbb\xbf"), std::string("\xf3\xbf\xbf\xbf")}) {
        expect_echo(text);
    }
}

TEST(Cases6Text, RefusesWhatIsNoCharacter_6_6_6_8_6_10_6_13_To_6_21) {
    for (const std::string& text : {
             std::string("\xce"),
             std::string("\xce\xba\xe1"),
             std::string("\xce\xba\xe1\xbd"),  // cut
             std::string("\xf8\x88\x80\x80\x80"),
             std::string("\xfc\x84\x80\x80\x80\x80"),  // 5 and 6 bytes
             std::string("\xf7\xbf\xbf\xbf"),
             std::string("\xf4\x90\x80\x80"),  // too large
             std::string("\x80"),
             std::string("\xbf"),
             std::string("\x80\xbf\x80\xbf"),  // continuations
             std::string("\xc0 \xc1 \xc2 "),
             std::string("\xe0 \xe1 "),
             std::string("\xf0 \xf1 "),  // leads alone
             std::string("\xfe"),
             std::string("\xff"),
             std::string("\xfe\xfe\xff\xff"),  // never
             std::string("\xc0\xaf"),
             std::string("\xe0\x80\xaf"),
             std::string("\xf0\x80\x80\xaf"),  // overlong
             std::string("\xc1\xbf"),
             std::string("\xe0\x9f\xbf"),
             std::string("\xf0\x8f\xbf\xbf"),
             std::string("\xc0\x80"),
             std::string("\xe0\x80\x80"),
             std::string("\xf0\x80\x80\x80"),
             std::string("\xed\xa0\x80"),
             std::string("\xed\xbf\xbf"),  // surrogates
             std::string("\xed\xa0\x80\xed\xb0\x80"),
             std::string("\xed\xaf\xbf\xed\xbf\xbf"),
         }) {
        EXPECT_EQ(code_for(text), 1007) << text;
    }
}

TEST(Cases6Text, DoesNotLookAtBinary) {
    World world;
    EXPECT_EQ(world.say(binary_frame("\xff\xfe\x80")), Frames{binary_of("\xff\xfe\x80")});
}

TEST(Cases6Text, NeverSendsWhatIsNoText) {
    Result<> sent;
    World world({}, [&](WebSocket socket) -> Task<> { sent = co_await socket.send("\xff"); });
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(closed_with(world.peer->frames()), 1000);
}

}  // namespace
}  // namespace hyperlane::websocket::testing
