#include <hyperlane/ws/client.hpp>
#include <hyperlane/ws/handshake.hpp>
#include "ws/harness.hpp"

#include <string>

namespace hyperlane::websocket::testing {
namespace {

using hyperlane::testing::Outcome;
using hyperlane::testing::start;

TEST(Url, IsTakenApart_Rfc6455_3) {
    const auto url = parse_url("ws://a.example:8080/chat?room=1#here");
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "a.example");
    EXPECT_EQ(url->port, 8080);
    EXPECT_EQ(url->authority, "a.example:8080");
    EXPECT_EQ(url->target, "/chat?room=1");
    EXPECT_EQ(parse_url("ws://a.example")->target, "/");
    EXPECT_EQ(parse_url("ws://a.example?x")->target, "/?x");
    EXPECT_EQ(parse_url("ws://a.example:80/")->authority, "a.example");
    EXPECT_EQ(parse_url("ws://[::1]:81/")->host, "::1");
    EXPECT_EQ(parse_url("ws://[::1]/")->authority, "[::1]");
}

TEST(Url, SaysWhatIsWrong) {
    for (const char* bad : {"http://a", "ws://", "ws://:80/", "ws://a:0/", "ws://a:65536/", "ws://a:x/", "ws://a/b c",
                            "ws://a/\r\nX: y", "ws://user@a/"}) {
        const auto url = parse_url(bad);
        ASSERT_FALSE(url) << bad;
        EXPECT_EQ(url.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_EQ(parse_url("wss://a/").error().code, ErrorCode::unsupported);
}

/// A client under test, and a server that says every byte itself.
class ClientWorld {
public:
    explicit ClientWorld(ConnectOptions options = {}) : loop(io::make_virtual_backend()) {
        auto ends = net::make_memory_pipe(loop);
        server = std::make_unique<Peer>(loop, std::move(ends.server));
        opened = start(loop, open(std::move(ends.client), *parse_url("ws://a.example/chat"), std::move(options)));
        turn(loop);
    }
    ClientWorld(const ClientWorld&) = delete;
    ClientWorld& operator=(const ClientWorld&) = delete;
    ~ClientWorld() {
        opened.reset();
        server.reset();
        loop.shutdown();
    }

    void answer(std::string_view more = {}) {
        const std::size_t at = server->received.find("Sec-WebSocket-Key: ") + 19;
        const auto accept = accept_key(std::string_view(server->received).substr(at, 24));
        request = std::exchange(server->received, {});
        server->send(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            std::string(accept.begin(), accept.end()) + "\r\n" + std::string(more));
        turn(loop);
    }
    WebSocket& socket() { return **opened->value; }

    Loop loop;
    std::unique_ptr<Peer> server;
    std::shared_ptr<Outcome<Result<WebSocket>>> opened;
    std::string request;
};

TEST(Client, ShakesHandsAndMasksItsFrames_Rfc6455_5_1) {
    ClientWorld world;
    // A frame that comes with the response is not lost.
    world.answer("\r\n" + wire({.opcode = 1, .payload = "welcome", .masked = false}));
    ASSERT_TRUE(world.opened->ended);
    ASSERT_TRUE(*world.opened->value);
    EXPECT_TRUE(world.request.starts_with("GET /chat HTTP/1.1\r\nHost: a.example\r\n"));
    const auto talk = start(world.loop, [](WebSocket socket) -> Task<std::string> {
        const auto message = co_await socket.receive();
        co_await socket.send("I am masked");
        co_await socket.send_binary(std::string(20'000, 'x'));
        co_return message ? message->data : "nothing";
    }(world.socket()));
    turn(world.loop);
    turn(world.loop);
    ASSERT_TRUE(talk->ended);
    EXPECT_EQ(*talk->value, "welcome");
    const Frames frames = world.server->frames();
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0], (RawFrame{.opcode = 1, .payload = "I am masked"}));
    EXPECT_EQ(frames[1], (RawFrame{.opcode = 2, .payload = std::string(20'000, 'x')}));
}

TEST(Client, LetsTheServerEndTheConnection_Rfc6455_7_1_1) {
    ClientWorld world;
    world.answer("\r\n");
    world.socket().close(1000, "bye");
    turn(world.loop);
    EXPECT_EQ(world.server->frames(), (Frames{{.opcode = 8, .payload = close_payload(1000, "bye")}}));
    world.server->send(wire({.opcode = 8, .payload = close_payload(1000), .masked = false}));
    turn(world.loop);
    EXPECT_FALSE(world.server->ended);
    world.server->end();
    turn(world.loop);
    EXPECT_TRUE(world.server->ended);
}

TEST(Client, RefusesMaskedFrames_Rfc6455_5_1) {
    ClientWorld world;
    world.answer("\r\n" + text_frame("masked"));
    turn(world.loop);
    EXPECT_EQ(closed_with(world.server->frames()), 1002);
}

TEST(Client, SaysHowTheServerAnswered) {
    ClientWorld world;
    world.server->send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    turn(world.loop);
    ASSERT_TRUE(world.opened->ended);
    ASSERT_FALSE(*world.opened->value);
    EXPECT_EQ(world.opened->value->error().code, ErrorCode::not_found);
    EXPECT_TRUE(world.server->ended);
}

TEST(Client, NoticesAServerThatGoesAway) {
    ClientWorld world;
    world.server->close();
    turn(world.loop);
    ASSERT_TRUE(world.opened->ended);
    EXPECT_EQ(world.opened->value->error().code, ErrorCode::closed);
}

TEST(Client, AgreesOnASubprotocolAndCompression) {
    ConnectOptions options;
    options.socket.subprotocols = {"a", "b"};
    options.socket.deflate.enabled = true;
    options.fields = {{"Origin", "http://a.example"}};
    ClientWorld world(options);
    world.answer(
        "Sec-WebSocket-Protocol: b\r\nSec-WebSocket-Extensions: permessage-deflate; "
        "server_no_context_takeover; client_no_context_takeover\r\n\r\n");
    ASSERT_TRUE(world.opened->ended);
    EXPECT_EQ(world.socket().subprotocol(), "b");
    EXPECT_TRUE(world.socket().compresses());
    EXPECT_NE(world.request.find("Sec-WebSocket-Protocol: a, b\r\n"), std::string::npos);
    EXPECT_NE(world.request.find("Origin: http://a.example\r\n"), std::string::npos);
}

}  // namespace
}  // namespace hyperlane::websocket::testing
