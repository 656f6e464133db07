#include <hyperlane/realtime.hpp>
#include <hyperlane/web/dispatcher.hpp>
#include <hyperlane/web/testing/websocket_test_client.hpp>
#include "web/support.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hyperlane {
namespace {

using testing::contains;
using testing::LogCapture;
using namespace std::chrono_literals;

Task<> echo(Context, WebSocket socket) {
    while (auto message = co_await socket.receive()) co_await socket.send(*message);
}

class EchoServer {
public:
    explicit EchoServer(WebSocketOptions options = {}) { server_.route("/echo", ws(get(echo), std::move(options))); }
    operator const Server&() const { return server_; }  // NOLINT(google-explicit-constructor)

private:
    Server server_;
};

const std::string handshake =
    "GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

// "hello" of a client, and the echo of it.
const std::string hello("\x81\x85\x01\x02\x03\x04\x69\x67\x6f\x68\x6e", 11);
const std::string hello_back("\x81\x05hello", 7);

TEST(WebSocketRoute, Upgrades_Rfc6455_1_3) {
    EchoServer server;
    TestClient client(server);
    const std::string answer = client.raw(handshake + "\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n")) << answer;
    EXPECT_TRUE(contains(answer, "\r\nUpgrade: websocket\r\n"));
    EXPECT_TRUE(contains(answer, "\r\nConnection: Upgrade\r\n"));
    EXPECT_TRUE(contains(answer, "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_FALSE(contains(answer, "Content-Length"));
    EXPECT_FALSE(contains(answer, "Sec-WebSocket-Extensions"));
    EXPECT_FALSE(contains(answer, "Sec-WebSocket-Protocol"));
}

TEST(WebSocketRoute, TalksAfterTheUpgrade) {
    EchoServer server;
    TestClient client(server);
    TestWebSocket socket(client, "/echo");
    socket.send("hello");
    EXPECT_EQ(socket.receive()->data, "hello");
    socket.send_binary(std::string(100'000, 'x'));
    const auto large = socket.receive();
    EXPECT_TRUE(large->binary);
    EXPECT_EQ(large->data.size(), 100'000U);
    socket.close(4000, "enough");
    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.close_code(), 4000);
}

TEST(WebSocketRoute, TakesAFrameThatComesWithTheRequest) {
    EchoServer server;
    TestClient client(server);
    EXPECT_TRUE(client.raw(handshake + "\r\n" + hello).ends_with("\r\n\r\n" + hello_back));
    EXPECT_TRUE(client.raw(handshake + "\r\n" + hello + hello).ends_with("\r\n\r\n" + hello_back + hello_back));
}

TEST(WebSocketRoute, TakesRequestAndFrameCutAnywhere) {
    EchoServer server;
    TestClient client(server);
    const std::string bytes = handshake + "\r\n" + hello;
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        auto connection = client.connect();
        connection.send(bytes.substr(0, cut)).send(bytes.substr(cut));
        EXPECT_TRUE(connection.received().ends_with("\r\n\r\n" + hello_back)) << cut;
    }
    TestClient narrow(server, {.pipe_bytes = 1});
    EXPECT_TRUE(narrow.raw(bytes).ends_with("\r\n\r\n" + hello_back));
}

TEST(WebSocketRoute, UpgradesAConnectionThatHasServedRequests) {
    Server server;
    server.route("/echo", ws(get(echo)));
    server.route("/", [](Context ctx) { ctx.set_response_body("plain"); });
    TestClient client(server);
    const std::string answer = client.raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + handshake + "\r\n" + hello);
    EXPECT_TRUE(contains(answer, "\r\n\r\nplainHTTP/1.1 101 "));
    EXPECT_TRUE(answer.ends_with("\r\n\r\n" + hello_back));
}

int status_of(const std::string& answer) { return answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0; }

TEST(WebSocketRoute, Answers426ToAPlainRequest_Rfc9110_15_5_22) {
    EchoServer server;
    TestClient client(server);
    const auto answer = client.get("/echo").send();
    EXPECT_EQ(answer.status(), 426);
    EXPECT_EQ(answer.header("Upgrade"), "websocket");
    EXPECT_EQ(answer.header("Connection"), "Upgrade");
    EXPECT_TRUE(answer.keeps_alive());
    EXPECT_EQ(client.post("/echo").send().status(), 405);
}

TEST(WebSocketRoute, SaysWhatIsWrongWithAHandshake_Rfc6455_4_2_1) {
    EchoServer server;
    TestClient client(server);
    const auto without = [&](std::string_view line) {
        std::string text = handshake + "\r\n";
        const std::size_t at = text.find(line);
        return text.erase(at, text.find("\r\n", at) + 2 - at);
    };
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string text = handshake + "\r\n";
        return text.replace(text.find(from), from.size(), to);
    };
    EXPECT_EQ(status_of(client.raw(without("Upgrade:"))), 426);
    EXPECT_EQ(status_of(client.raw(without("Connection:"))), 426);
    EXPECT_EQ(status_of(client.raw(with("websocket", "h2c"))), 426);
    EXPECT_EQ(status_of(client.raw(with("websocket", "h2c, WebSocket"))), 101);

    const std::string no_key = client.raw(without("Sec-WebSocket-Key:"));
    EXPECT_EQ(status_of(no_key), 400);
    EXPECT_TRUE(contains(no_key, "Sec-WebSocket-Key is missing")) << no_key;
    EXPECT_EQ(status_of(client.raw(with("dGhlIHNhbXBsZSBub25jZQ==", "short"))), 400);
    EXPECT_EQ(status_of(client.raw(with("\r\nSec-WebSocket-Key",
                                        "\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                        "Sec-WebSocket-Key"))),
              400);
    EXPECT_EQ(status_of(client.raw(without("Sec-WebSocket-Version:"))), 400);
    const std::string other_version = client.raw(with("Version: 13", "Version: 8"));
    EXPECT_EQ(status_of(other_version), 426);
    EXPECT_TRUE(contains(other_version, "\r\nSec-WebSocket-Version: 13\r\n"));
    EXPECT_EQ(status_of(client.raw(handshake + "Sec-WebSocket-Protocol: a b\r\n\r\n")), 400);
    EXPECT_EQ(status_of(client.raw(with("HTTP/1.1", "HTTP/1.0"))), 426);
}

TEST(WebSocketRoute, LetsInPagesOfTheSameOriginOnly_Rfc6455_10_2) {
    EchoServer server;
    TestClient client(server);
    EXPECT_EQ(status_of(client.raw(handshake + "Origin: http://localhost\r\n\r\n")), 101);
    EXPECT_EQ(status_of(client.raw(handshake + "Origin: http://evil.example\r\n\r\n")), 403);
    EXPECT_EQ(status_of(client.raw(handshake + "Origin: null\r\n\r\n")), 403);
    EchoServer listed({.origins = {"https://app.example"}});
    TestClient other(listed);
    EXPECT_EQ(status_of(other.raw(handshake + "Origin: https://app.example\r\n\r\n")), 101);
    EXPECT_EQ(status_of(other.raw(handshake + "Origin: http://localhost\r\n\r\n")), 403);
}

TEST(WebSocketRoute, SaysInTheLogWhatToSetBehindAProxyThatRewritesHost) {
    const LogCapture log;
    EchoServer server;
    TestClient client(server);
    EXPECT_EQ(status_of(client.raw(handshake + "Origin: https://app.example\r\n\r\n")), 403);
    const auto warnings = log.lines(LogLevel::warn);
    ASSERT_EQ(warnings.size(), 1U);
    for (const char* part :
         {"GET /echo", "https://app.example", "\"localhost\"", "Host", "WebSocketOptions::origins"}) {
        EXPECT_TRUE(contains(warnings.front(), part)) << warnings.front();
    }
    EXPECT_EQ(status_of(client.raw(handshake + "Origin: https://app.example\r\nSec-Fetch-Site: same-origin\r\n\r\n")),
              101)
        << "the browser knows better than Host";
    EXPECT_EQ(status_of(client.raw(handshake + "Origin: https://app.example\r\nSec-Fetch-Site: cross-site\r\n\r\n")),
              403);
}

TEST(WebSocketRoute, ComparesOriginsAsTheRfcSays_Rfc6454_5) {
    EchoServer server({.origins = {"HTTPS://App.example:443"}});
    TestClient client(server);
    EXPECT_EQ(status_of(client.raw(handshake + "Origin: https://app.example\r\n\r\n")), 101);
    EXPECT_EQ(status_of(client.raw(handshake + "Origin: https://app.example:8443\r\n\r\n")), 403);
}

TEST(WebSocketRoute, StopsTheStartForAnOriginThatIsNone) {
    EchoServer server({.origins = {"app.example"}});
    const auto app = static_cast<const Server&>(server).make_dispatcher();
    ASSERT_FALSE(app);
    EXPECT_TRUE(contains(app.error().message, "\"app.example\" is not an origin")) << app.error().message;
    EXPECT_TRUE(contains(app.error().message, "websocket_test.cpp:")) << app.error().message;
}

TEST(WebSocketRoute, ChoosesASubprotocol_Rfc6455_4_2_2) {
    EchoServer server({.subprotocols = {"chat.v2", "chat.v1"}});
    TestClient client(server);
    EXPECT_EQ(TestWebSocket(client, "/echo", {.subprotocols = {"chat.v1", "chat.v2"}}).subprotocol(), "chat.v2");
    EXPECT_EQ(TestWebSocket(client, "/echo", {.subprotocols = {"chat.v1"}}).subprotocol(), "chat.v1");
    EXPECT_EQ(TestWebSocket(client, "/echo", {.subprotocols = {"other"}}).subprotocol(), "");
}

TEST(WebSocketRoute, AgreesOnCompressionWhenItIsSwitchedOn) {
    EchoServer server({.deflate = {.enabled = true}});
    TestClient client(server);
    const std::string offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
    EXPECT_TRUE(contains(client.raw(handshake + offer),
                         "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                         "client_no_context_takeover\r\n"));
    EchoServer plain;
    TestClient other(plain);
    EXPECT_FALSE(contains(other.raw(handshake + offer), "Sec-WebSocket-Extensions"));
}

TEST(WebSocketMiddleware, RunsBeforeTheUpgradeAndMayAnswer) {
    bool handler_ran = false;
    Server server;
    server.request_middleware([](Context ctx) {
        if (!ctx.get_request_header("Authorization"))
            ctx.set_response_status_code(401).set_response_body("who are you");
    });
    server.route("/echo", ws(get([&](Context, WebSocket) -> Task<> {
                     handler_ran = true;
                     co_return;
                 })));
    TestClient client(server);
    EXPECT_EQ(status_of(client.raw(handshake + "\r\n")), 401);
    EXPECT_FALSE(handler_ran);
    EXPECT_EQ(status_of(client.raw(handshake + "Authorization: me\r\n\r\n")), 101);
    EXPECT_TRUE(handler_ran);
}

TEST(WebSocketMiddleware, RunsAfterTheHandlerHasEnded) {
    std::vector<std::string> order;
    Server server;
    server.use([&](Context ctx, Next next) -> Task<> {
        order.emplace_back("around");
        co_await next(ctx);
        order.emplace_back("around again");
    });
    server.response_middleware(
        [&](Context ctx) { order.push_back("after " + std::to_string(ctx.get_response_status_code())); });
    server.route("/echo", ws(get([&](Context, WebSocket socket) -> Task<> {
                     while (const auto message = co_await socket.receive()) {
                     }
                     order.emplace_back("handler");
                 })));
    TestClient client(server);
    TestWebSocket socket(client, "/echo");
    EXPECT_EQ(order.size(), 1U);
    socket.close();
    EXPECT_FALSE(socket.receive());
    client.settle();
    EXPECT_EQ(order, (std::vector<std::string>{"around", "handler", "around again", "after 101"}));
}

TEST(WebSocketMiddleware, SeesTheRequestFromTheHandler) {
    Server server;
    server.data(std::string("state"));
    server.route("/rooms/{room}", ws(get([](Context ctx, WebSocket socket) -> Task<> {
                     co_await socket.send(std::string(ctx.get_route_param("room").value_or("")) + " " +
                                          std::string(ctx.get_request_query()) + " " + ctx.get_data<std::string>() +
                                          " " + ctx.get_peer_address().to_string());
                 })));
    TestClient client(server);
    TestWebSocket socket(client, "/rooms/blue?as=me");
    EXPECT_EQ(socket.receive()->data, "blue as=me state 127.0.0.1:50000");
    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.close_code(), 1000);
}

TEST(WebSocketHandler, ClosesWith1011WhenItThrows_Rfc6455_7_4_1) {
    LogCapture log;
    Server server;
    server.route("/throws", ws(get([](Context, WebSocket socket) -> Task<> {
                     co_await socket.receive();
                     throw std::runtime_error("no more");
                 })));
    server.route("/fails",
                 ws(get([](Context, WebSocket) -> Task<Result<>> { co_return fail(ErrorCode::system, "broken"); })));
    TestClient client(server);
    TestWebSocket socket(client, "/throws");
    socket.send("x");
    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.close_code(), 1011);
    TestWebSocket other(client, "/fails");
    EXPECT_EQ(other.close_code(), 1011);
    const auto errors = log.errors();
    ASSERT_EQ(errors.size(), 2U);
    EXPECT_TRUE(contains(errors[0], "WebSocket /throws [request ")) << errors[0];
    EXPECT_TRUE(contains(errors[1], "WebSocket /fails [request ")) << errors[1];
}

struct Ended {
    bool* flag;
    ~Ended() { *flag = true; }
};

TEST(WebSocketHandler, IsCancelledWhenThePeerVanishes) {
    bool ended = false;
    Server server;
    server.route("/ticks", ws(get([&](Context, WebSocket) -> Task<> {
                     const Ended mark{&ended};
                     co_await sleep(24h);
                 })));
    TestClient client(server);
    {
        TestWebSocket leaves(client, "/ticks");
        leaves.disconnect();
        client.settle();
        EXPECT_TRUE(ended);
    }
    ended = false;
    TestWebSocket silent(client, "/ticks", {.answer_pings = false});
    client.advance(40s);
    EXPECT_FALSE(ended);
    EXPECT_EQ(silent.pings(), 1);
    client.advance(10s);
    EXPECT_TRUE(ended);
    EXPECT_TRUE(silent.closed());
    EXPECT_EQ(client.connections(), 0U);
}

TEST(WebSocketHandler, OutlivesTheTimeoutsOfHttp) {
    EchoServer server;
    TestClient client(server);
    TestWebSocket socket(client, "/echo");
    for (int i = 0; i < 100; ++i) {
        client.advance(20s);
        EXPECT_FALSE(socket.closed());
    }
    socket.send("still there");
    EXPECT_EQ(socket.receive()->data, "still there");
    EXPECT_GT(socket.pings(), 30);
}

TEST(WebSocketHandler, IsCancelledByItsContext) {
    bool ended = false;
    Server server;
    server.route("/aborts", ws(get([&](Context ctx, WebSocket socket) -> Task<> {
                     const Ended mark{&ended};
                     co_await socket.receive();
                     ctx.abort();
                     co_await socket.receive();
                 })));
    TestClient client(server);
    TestWebSocket socket(client, "/aborts");
    socket.send("go");
    EXPECT_FALSE(socket.receive());
    EXPECT_TRUE(ended);
    EXPECT_EQ(socket.close_code(), 1001);
}

TEST(WebSocketHandler, MayBeLeftRunningWhenTheClientEnds) {
    bool ended = false;
    Server server;
    server.route("/stays", ws(get([&](Context, WebSocket) -> Task<> {
                     const Ended mark{&ended};
                     co_await sleep(24h);
                 })));
    {
        TestClient client(server);
        const TestWebSocket socket(client, "/stays");
    }
    EXPECT_TRUE(ended);
}

TEST(WebSocketHandler, MayTakeTheSocketAlone) {
    bool ended = false;
    bool after = false;
    LogCapture log;
    Server server;
    server.response_middleware([&](Context) { after = true; });
    server.route("/alone", ws(get([&](WebSocket socket) -> Task<> {
                     const Ended mark{&ended};
                     while (auto message = co_await socket.receive()) {
                         if (message->data == "throw") throw std::runtime_error("as asked");
                         co_await socket.send(*message);
                     }
                 })));
    TestClient client(server);
    {
        TestWebSocket socket(client, "/alone");
        EXPECT_TRUE(after);
        socket.send("a");
        EXPECT_EQ(socket.receive()->data, "a");
        EXPECT_EQ(client.connections(), 1U);
        socket.disconnect();
        client.settle();
        EXPECT_TRUE(ended);
        EXPECT_EQ(client.connections(), 0U);
    }
    TestWebSocket throws(client, "/alone");
    throws.send("throw");
    EXPECT_FALSE(throws.receive());
    EXPECT_EQ(throws.close_code(), 1011);
    EXPECT_EQ(log.error(), "WebSocket handler: as asked");
    ended = false;
    {
        TestClient short_lived(server);
        const TestWebSocket left(short_lived, "/alone");
    }
    EXPECT_TRUE(ended);
}

TEST(WebSocketHandler, NeverLeaksThoseThatVanish) {
    int running = 0;
    struct Count {
        int* running;
        explicit Count(int& count) : running(&count) { ++*running; }
        ~Count() { --*running; }
    };
    Server server;
    server.route("/ticks", ws(get([&](Context, WebSocket socket) -> Task<> {
                     const Count count(running);
                     while (const auto message = co_await socket.receive()) {
                     }
                 })));
    TestClient client(server);
    for (int i = 0; i < 1000; ++i) {
        TestWebSocket socket(client, "/ticks");
        if (i % 3 == 0) socket.send("x");
        if (i % 2 == 0) socket.disconnect();
    }
    client.settle();
    EXPECT_EQ(running, 0);
    EXPECT_EQ(client.connections(), 0U);
}

}  // namespace
}  // namespace hyperlane
