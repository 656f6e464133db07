#pragma once

/// A WebSocket to a server in process, for tests: over a pipe in memory, on the virtual clock of a `TestClient`.
///
///     TestClient client(server);
///     TestWebSocket socket(client, "/chat");
///     socket.send("hello");
///     EXPECT_EQ(socket.receive()->data, "hello");
///     socket.close();
///     EXPECT_EQ(socket.close_code(), 1000);

#include <hyperlane/web/testing/test_client.hpp>
#include <hyperlane/ws/close_code.hpp>
#include <hyperlane/ws/frame.hpp>
#include <hyperlane/ws/message.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

struct TestWebSocketOptions {
    std::vector<std::string> subprotocols = {};
    std::vector<std::pair<std::string, std::string>> headers = {};  ///< more fields of the request, such as Origin
    bool answer_pings = true;                                       ///< without it, be a client that has vanished
    std::chrono::seconds patience{3600};                            ///< how much virtual time a message may take
};

/// Not thread-safe; must not outlive its client.
class TestWebSocket {
public:
    /// errors   throws TestClientError naming the status when the server does not upgrade
    TestWebSocket(TestClient& client, std::string_view target, TestWebSocketOptions options = {});

    void send(std::string_view text) { send_frame(websocket::Opcode::text, text); }
    void send_binary(std::string_view data) { send_frame(websocket::Opcode::binary, data); }
    /// Any frame, also one that is not allowed.
    void send_frame(websocket::Opcode opcode, std::string_view payload, bool fin = true);
    /// Bytes as they are.
    void send_raw(std::string_view bytes);

    /// The next message; lets virtual time pass until it comes. Nothing when the server has closed.
    /// errors   throws TestClientError when nothing comes
    std::optional<WebSocketMessage> receive();
    /// Has a message come? Lets no time pass.
    [[nodiscard]] bool has_message();

    /// Say goodbye; the answer is awaited by `receive` and `closed`.
    void close(std::uint16_t code = close_code::normal, std::string_view reason = {});
    /// Has the server said goodbye, or ended the connection? Lets no time pass.
    [[nodiscard]] bool closed();
    /// Of the server's close frame: 1005 for one without a code, 1006 if there was none; 0 while it is open.
    [[nodiscard]] std::uint16_t close_code();
    [[nodiscard]] const std::string& close_reason() const noexcept { return close_reason_; }
    /// Pings of the server so far.
    [[nodiscard]] int pings();
    /// Be a peer that takes nothing, or one that reads again.
    void stop_reading() { connection_.stop_reading(); }
    void read_on() { connection_.read_on(); }
    /// Go away without a word.
    void disconnect() { connection_.disconnect(); }

    [[nodiscard]] const std::string& subprotocol() const noexcept { return subprotocol_; }

private:
    void look();
    void on_frame();

    TestClient* client_;
    TestWebSocketOptions options_;
    TestConnection connection_;
    websocket::FrameDecoder decoder_{websocket::Role::server};
    std::string subprotocol_;
    std::string received_;
    std::string payload_;  // of the frame that is arriving
    WebSocketMessage message_;
    std::deque<WebSocketMessage> messages_;
    std::uint16_t close_code_ = 0;
    std::string close_reason_;
    int pings_ = 0;
};

}  // namespace hyperlane
