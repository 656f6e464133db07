#include "io/hog.hpp"
#include "ws/harness.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane::websocket::testing {
namespace {

using hyperlane::testing::Hog;
using net::MemoryPipeOptions;

Task<> never(WebSocket) { co_await sleep(24h); }

TEST(Session, EchoesWithOneReadAndOneWrite) {
    World world;
    world.say(text_frame("warm"));
    const StreamCounts before = world.counts;
    EXPECT_EQ(world.say(text_frame("hello")), Frames{text_of("hello")});
    EXPECT_EQ(world.counts.reads - before.reads, 1);
    EXPECT_EQ(world.counts.writes - before.writes, 1);
}

TEST(Session, AnswersManyMessagesOfOneSegmentInOneWrite) {
    World world;
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += text_frame("message " + std::to_string(i));
    const auto frames = world.say(bytes);
    ASSERT_EQ(frames.size(), 100U);
    EXPECT_EQ(frames[99], text_of("message 99"));
    EXPECT_EQ(world.counts.writes, 1);
}

TEST(Session, TakesWhatCameWithTheHandshake) {
    World world({}, echo, {}, {}, text_frame("early") + text_frame("and more").substr(0, 5));
    EXPECT_EQ(world.peer->frames(), Frames{text_of("early")});
    EXPECT_EQ(world.say(text_frame("and more").substr(5)), Frames{text_of("and more")});
}

// Otherwise a client could act on the handshake, through another connection, before the handler has done anything.
TEST(Session, SendsNothingBeforeItsHandlerBegins) {
    World world({}, echo, {}, {}, ping_frame("early"), "head ");
    world.peer->send(text_frame("hello"));
    world.turns();
    EXPECT_EQ(world.peer->received, "");
    world.socket->session().release_output();
    world.turns();
    ASSERT_TRUE(world.peer->received.starts_with("head ")) << world.peer->received;
    world.peer->received.erase(0, 5);
    EXPECT_EQ(world.peer->frames(), (Frames{pong_of("early"), text_of("hello")}));
}

TEST(Session, AnswersTheSameHoweverTheStreamIsCut) {
    const std::string payload(300, 'x');
    const std::string bytes = text_frame("one") + ping_frame("p") + binary_frame(payload) + text_frame("a", false) +
                              more_frame("b") + close_frame(4000, "done");
    const Frames expected{text_of("one"), pong_of("p"), binary_of(payload), text_of("ab"), close_of(4000)};
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        World world;
        world.peer->send(std::string_view(bytes).substr(0, cut));
        world.turns(2);
        EXPECT_EQ(world.say(std::string_view(bytes).substr(cut)), expected) << cut;
    }
    World narrow({}, echo, {.capacity_bytes = 3, .max_read_bytes = 1, .max_write_bytes = 1});
    EXPECT_EQ(narrow.say_all(bytes), expected);
}

TEST(Session, EndsTheLoopOfAHandlerWhenThePeerCloses) {
    std::vector<std::string> got;
    World world({}, [&](WebSocket socket) -> Task<> {
        while (auto message = co_await socket.receive()) got.push_back(message->data);
        got.push_back("ended " + std::to_string(socket.close_code()) + " " + std::string(socket.close_reason()));
    });
    world.say(text_frame("a") + text_frame("b") + close_frame(4001, "bye"));
    EXPECT_EQ(got, (std::vector<std::string>{"a", "b", "ended 4001 bye"}));
    EXPECT_FALSE(world.cancelled);
}

TEST(Session, LetsAHandlerAnswerWhatCameBeforeTheClose_Rfc6455_5_5_1) {
    World early({}, echo, {}, {}, text_frame("a") + text_frame("b") + close_frame(1000));
    EXPECT_EQ(early.peer->frames(), (Frames{text_of("a"), text_of("b"), close_of(1000)}));
    EXPECT_TRUE(early.peer->ended);

    World slow({}, [](WebSocket socket) -> Task<> {
        co_await sleep(1s);
        while (auto message = co_await socket.receive()) {
            co_await sleep(1s);
            co_await socket.send(*message);
        }
    });
    EXPECT_EQ(slow.say(text_frame("a") + close_frame(1000)), Frames{});
    slow.pass(3s);
    EXPECT_EQ(slow.peer->frames(), (Frames{text_of("a"), close_of(1000)}));

    World never_receives({}, never);
    EXPECT_EQ(never_receives.say(text_frame("a") + close_frame(1000)), Frames{});
    never_receives.pass(6s);
    EXPECT_EQ(never_receives.peer->frames(), Frames{close_of(1000)});
}

TEST(Session, ClosesWithTheCodeAndReasonOfTheHandler) {
    World world({}, [](WebSocket socket) -> Task<> {
        socket.close(4002, "enough");
        socket.close(4003, "later calls do nothing");
        co_await socket.wait_closed();
    });
    EXPECT_EQ(world.peer->frames(), Frames{close_of(4002, "enough")});
    EXPECT_FALSE(world.done);
    EXPECT_FALSE(world.peer->ended);
    EXPECT_EQ(world.say(text_frame("not heard") + close_frame(4002)), Frames{});
    EXPECT_TRUE(world.peer->ended);
    world.peer->end();
    world.turns();
    EXPECT_TRUE(world.done);
    EXPECT_EQ(world.socket->close_code(), 4002);
    EXPECT_FALSE(world.socket->closed_by_peer());
}

TEST(Session, ClosesWhenTheHandlerHasEnded) {
    World world({}, [](WebSocket) -> Task<> { co_return; });
    EXPECT_EQ(world.peer->frames(), Frames{close_of(1000)});
}

TEST(Session, DropsAPeerThatNeverAnswersAClose) {
    World world({}, [](WebSocket socket) -> Task<> {
        socket.close();
        co_await socket.wait_closed();
    });
    world.pass(4900ms);
    EXPECT_FALSE(world.done);
    world.pass(200ms);
    EXPECT_TRUE(world.done);
    EXPECT_TRUE(world.peer->ended || world.peer->failed);
}

TEST(Session, CutsALongReasonAtACharacter) {
    std::string reason(122, 'x');
    World world({}, [&](WebSocket socket) -> Task<> {
        socket.close(4000, reason + "\xC3\xA9");
        co_return;
    });
    EXPECT_EQ(world.peer->frames(), Frames{close_of(4000, reason)});
}

TEST(Heartbeat, PingsAfter25SecondsOfSilence) {
    World world;
    world.pass(24900ms);
    EXPECT_EQ(world.peer->frames(), Frames{});
    world.pass(200ms);
    EXPECT_EQ(world.peer->frames(), (Frames{{.opcode = 9, .payload = "", .masked = false}}));
    world.say(pong_frame());
    world.pass(24s);
    EXPECT_EQ(world.peer->frames(), Frames{});
    EXPECT_TRUE(world.socket->is_open());
    world.pass(2s);
    EXPECT_EQ(world.peer->frames().size(), 1U);
}

TEST(Heartbeat, TakesAnythingAsASignOfLife) {
    World world;
    for (int i = 0; i < 10; ++i) {
        world.pass(20s);
        EXPECT_EQ(world.say(text_frame("x")), Frames{text_of("x")});
    }
}

TEST(Heartbeat, CancelsTheHandlerOfAPeerThatHasVanished) {
    World world({}, never);
    world.pass(25s + 19s);
    EXPECT_FALSE(world.cancelled);
    world.pass(2s);
    EXPECT_TRUE(world.cancelled);
    EXPECT_EQ(world.socket->close_code(), 1006);
}

TEST(Heartbeat, CanBeSwitchedOff) {
    WebSocketOptions options;
    options.ping_interval = 0ms;
    World world(options);
    world.pass(1h);
    EXPECT_EQ(world.peer->frames(), Frames{});
    EXPECT_TRUE(world.socket->is_open());
}

TEST(Heartbeat, IsPatientWhileTheHandlerIsSlow) {
    // Reading pauses, so the answer to a ping would not be seen.
    World world({}, [](WebSocket socket) -> Task<> {
        co_await sleep(10min);
        while (const auto message = co_await socket.receive()) {
        }
    });
    world.say_all(binary_frame(std::string(60'000, 'x')) + binary_frame(std::string(60'000, 'x')));
    world.pass(9min);
    EXPECT_TRUE(world.socket->is_open());
}

TEST(Loss, CancelsTheHandler) {
    for (const bool reset : {false, true}) {
        World world({}, never);
        if (reset) {
            world.peer->reset();
        } else {
            world.peer->close();
        }
        world.turns();
        EXPECT_TRUE(world.cancelled);
        EXPECT_EQ(world.socket->close_code(), 1006);
    }
}

TEST(Loss, EndsALoopThatIsNotBelowTheScope) {
    World world({}, never);
    bool ended = false;
    bool sent = true;
    const auto reader = hyperlane::testing::start(world.loop(), [](WebSocket socket, bool* out, bool* ok) -> Task<> {
        *out = !co_await socket.receive();
        *ok = (co_await socket.send("x")).has_value();
    }(*world.socket, &ended, &sent));
    world.turns();
    world.peer->reset();
    world.turns();
    EXPECT_TRUE(ended);
    EXPECT_FALSE(sent);
}

TEST(Loss, GivesAHandlerThatDoesNotNoticeAClosedSocketSomeTime) {
    World world({}, never);
    world.say(close_frame(1000));
    world.peer->end();
    world.turns();
    EXPECT_FALSE(world.cancelled);
    world.pass(6s);
    EXPECT_TRUE(world.cancelled);
}

TEST(Handles, CloseTheSocketWhenTheLastIsGone) {
    World world({}, [](WebSocket) -> Task<> { co_await sleep(1h); });
    world.scope.cancel();
    world.turns();
    EXPECT_EQ(world.peer->frames(), Frames{close_of(1000)});
}

TEST(Handles, SendFromOtherThreads) {
    World world({}, never);
    const RemoteWebSocket remote = world.socket->remote();
    remote.send("text");
    remote.send(WebSocketMessage{"bytes", true});
    remote.send(EncodedMessage::text("encoded"));
    EXPECT_EQ(remote.send("\xff").error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(remote.send(WebSocketMessage{"\xff", false}).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(remote.send(EncodedMessage::text("\xff")).error().code, ErrorCode::invalid_argument);
    remote.close(4000, "bye");
    world.turns();
    EXPECT_EQ(world.peer->frames(),
              (Frames{text_of("text"), binary_of("bytes"), text_of("encoded"), close_of(4000, "bye")}));
    world.say(close_frame(4000));
    world.peer->end();
    world.turns();
    remote.send("nobody is there");
    world.turns();
}

TEST(Handles, PingByHand) {
    World world({}, never);
    world.socket->ping("are you there");
    world.turns();
    EXPECT_EQ(world.peer->frames(), (Frames{{.opcode = 9, .payload = "are you there", .masked = false}}));
}

TEST(Encoded, IsSentToManyAsItIs) {
    const auto message = EncodedMessage::text("to all");
    World first({}, never);
    World second({}, never);
    EXPECT_TRUE(first.socket->try_send(message));
    EXPECT_TRUE(second.socket->try_send(message));
    first.turns();
    second.turns();
    EXPECT_EQ(first.peer->frames(), Frames{text_of("to all")});
    EXPECT_EQ(second.peer->frames(), Frames{text_of("to all")});
    EXPECT_FALSE(first.socket->try_send(EncodedMessage::text("\xff")));
}

TEST(Encoded, IsKeptForASlowPeerWithoutACopy) {
    World world({}, never);
    world.peer->read(false);
    world.turns();
    const auto message = EncodedMessage::binary(std::string(30'000, 'x'));
    int sent = 0;
    while (world.socket->try_send(message)) ++sent;
    EXPECT_GT(message.frames().use_count(), 1);
    world.peer->read(true);
    EXPECT_EQ(world.say_all({}).size(), static_cast<std::size_t>(sent));
    EXPECT_EQ(message.frames().use_count(), 1);
}

TEST(Shutdown, SaysGoingAway_Rfc6455_7_4_1) {
    World world({}, echo);
    world.socket->session().drain();
    world.turns();
    EXPECT_EQ(closed_with(world.peer->frames()), 1001);
    EXPECT_TRUE(world.done);
}

TEST(Shutdown, AbandonsAtOnce) {
    World world({}, never);
    world.socket->session().abandon();
    world.turns();
    EXPECT_TRUE(world.cancelled);
    EXPECT_TRUE(world.peer->ended || world.peer->failed);
}

TEST(Shutdown, IsSafeWhenTheLoopEndsFirst) {
    Loop loop(io::make_virtual_backend());
    auto ends = net::make_memory_pipe(loop);
    IgnoringObserver observer;
    EXPECT_TRUE(ends.server->attach(loop, observer));
    hyperlane::testing::start(loop, [](std::unique_ptr<net::Stream> stream, Loop* on) -> Task<> {
        SessionSetup setup;
        setup.options = std::make_shared<const WebSocketOptions>();
        const WebSocket socket(Session::start(*on, std::move(stream), std::move(setup), {}));
        co_await echo(socket);
    }(std::move(ends.server), &loop));
    turn(loop);
    loop.shutdown();
}

// The handler runs as long as it is let; others see how long that is in one turn.
void expect_shared_socket(std::function<Task<>(WebSocket, std::shared_ptr<Hog>)> loops, std::string_view input) {
    const auto hog = std::make_shared<Hog>();
    World world({}, [&](WebSocket socket) { return loops(std::move(socket), hog); });
    world.peer->send(input);
    world.loop().run_until([&] { return hog->awaits > 0; });
    const auto neighbour = hyperlane::testing::start(world.loop(), hyperlane::testing::stop_after(hog, 20));
    world.loop().run_until([&] { return neighbour->ended && world.done; });
    EXPECT_TRUE(hog->shares());
    EXPECT_GT(hog->awaits, io::ready_budget);
    EXPECT_LE(hog->most_in_a_turn, io::ready_budget + 1);
}

TEST(Session, ThatSendsToAQuickPeerSharesItsLoop) {
    expect_shared_socket(
        [](WebSocket socket, std::shared_ptr<Hog> hog) -> Task<> {
            while (hog->goes_on()) {
                const auto sent = co_await socket.send("x");
                EXPECT_TRUE(sent);
            }
        },
        {});
}

TEST(Session, ThatReceivesFromAQuickPeerSharesItsLoop) {
    std::string flood;
    for (int i = 0; i < 20'000; ++i) flood += text_frame("x");
    expect_shared_socket(
        [](WebSocket socket, std::shared_ptr<Hog> hog) -> Task<> {
            while (hog->goes_on()) {
                const auto message = co_await socket.receive();
                EXPECT_TRUE(message);
            }
        },
        flood);
    expect_shared_socket(
        [](WebSocket socket, std::shared_ptr<Hog> hog) -> Task<> {
            while (hog->goes_on()) {
                const auto piece = co_await socket.receive_fragment();
                EXPECT_TRUE(piece);
            }
        },
        flood);
}

TEST(Session, ThatHasEndedSharesItsLoop) {
    for (const int kind : {0, 1, 2}) {
        expect_shared_socket(
            [kind](WebSocket socket, std::shared_ptr<Hog> count) -> Task<> {
                socket.close();
                co_await socket.wait_closed();
                while (count->goes_on()) {
                    if (kind == 0) (void)co_await socket.receive();
                    if (kind == 1) (void)co_await socket.send("x");
                    if (kind == 2) co_await socket.wait_closed();
                }
            },
            close_frame(1000));
    }
}

TEST(Session, ThatIsBusyHearsOfItsCancellation) {
    const auto hog = std::make_shared<Hog>();
    World world({}, [&](WebSocket socket) -> Task<> {
        while (hog->goes_on()) (void)co_await socket.send("x");
    });
    world.turns(1);
    world.scope.cancel();
    world.loop().run_until([&] { return world.done; });
    EXPECT_TRUE(world.cancelled && hog->shares());
}

}  // namespace
}  // namespace hyperlane::websocket::testing
