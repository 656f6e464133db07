#pragma once

/// Requests to a server in process, for tests: real HTTP/1.1 over pipes in memory, without sockets and threads, and
/// with a clock that stands still until somebody waits.
///
///     Server server;
///     server.route("/users/{id}", get(show_user));
///     TestClient client(server);
///
///     auto response = client.get("/users/42").header("Accept", "text/plain").send();
///     EXPECT_EQ(response.status(), 200);
///     EXPECT_EQ(response.body(), "user 42");
///
///     auto slow = client.get("/slow").start();  // under way; no time passes
///     client.advance(50ms);
///     EXPECT_FALSE(slow.done());
///     EXPECT_EQ(slow.response().status(), 200);  // waiting lets time jump to whatever comes next
///
/// Requests use a connection that is idle, or open one. Redirects are not followed and cookies are not kept: a test
/// sees what was sent. What cannot be answered ends in a `TestClientError` that says why, never in a wait without end,
/// as long as handlers do not block their thread.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/pointers.hpp>

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

class Loop;
class Server;

namespace web {
class TestCore;
class TestWire;
class TestReader;
}  // namespace web

/// A server that cannot be built, an answer that is no HTTP or was broken off, or none at all.
class TestClientError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A whole response. A value; it does not need its client any more.
class TestResponse {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
    /// The first field of that name, in any case. Views this response.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
    /// Every field of that name.
    [[nodiscard]] std::vector<std::string> headers(std::string_view name) const;
    /// All fields, as and in the order in which they came.
    [[nodiscard]] const Fields& headers() const noexcept { return headers_; }
    /// Without its framing.
    [[nodiscard]] const std::string& body() const noexcept { return body_; }
    [[nodiscard]] std::optional<std::string_view> trailer(std::string_view name) const noexcept;
    [[nodiscard]] const Fields& trailers() const noexcept { return trailers_; }
    /// Statuses of the interim responses before it, such as 100.
    [[nodiscard]] const std::vector<int>& interim() const noexcept { return interim_; }
    /// Does the server let the connection live on?
    [[nodiscard]] bool keeps_alive() const noexcept { return keeps_alive_; }

private:
    friend class web::TestReader;

    int status_ = 0;
    std::string reason_;
    Fields headers_;
    std::string body_;
    Fields trailers_;
    std::vector<int> interim_;
    bool keeps_alive_ = false;
};

/// A request under way. Move-only; dropping it before its response is whole disconnects.
class PendingResponse {
public:
    PendingResponse(PendingResponse&&) noexcept;
    PendingResponse& operator=(PendingResponse&&) noexcept;
    ~PendingResponse();

    /// Is all of the response there? Lets no time pass.
    [[nodiscard]] bool done();
    /// Has anything of it come? Lets no time pass.
    [[nodiscard]] bool begun();
    /// Did the server break it off: end the connection before the response was whole? Lets no time pass.
    [[nodiscard]] bool broken_off();

    /// Wait for all of it, and let virtual time jump meanwhile.
    /// errors   throws TestClientError
    TestResponse response();

    /// The status, the fields and what has come of the body so far; waits for the head.
    const TestResponse& head();
    /// The next piece of a streamed body, as the server sent it; waits for it. Nothing at the end.
    /// errors   throws TestClientError, also when the body was broken off
    std::optional<std::string> next_chunk();

    /// One piece of a request body that was left open.
    PendingResponse& send_chunk(std::string_view piece);
    /// The end of it.
    PendingResponse& end_body();

    /// Go away in the middle: close the connection, as a browser does whose tab is closed.
    void disconnect();

private:
    friend class TestRequest;
    PendingResponse(std::shared_ptr<web::TestCore> core, std::unique_ptr<web::TestWire> wire, bool to_head);
    void look();
    void wait_for(bool (*enough)(web::TestReader&));
    void give_back() noexcept;

    std::shared_ptr<web::TestCore> core_;
    std::unique_ptr<web::TestWire> wire_;
    std::unique_ptr<web::TestReader> reader_;
};

/// A request that is being put together; `send`, `start` or `open` sends it.
class [[nodiscard("nothing is sent before send(), start() or open()")]] TestRequest {
public:
    /// One more field. "Host: localhost" and a Content-Length are added unless they are given.
    TestRequest&& header(std::string_view name, std::string_view value) &&;
    /// One more parameter behind "?", percent-encoded.
    TestRequest&& query(std::string_view name, std::string_view value) &&;
    TestRequest&& cookie(std::string_view name, std::string_view value) &&;
    TestRequest&& body(std::string_view text) &&;
    /// A body with Content-Type: application/json.
    TestRequest&& json(std::string_view text) &&;
    /// One more piece of a chunked body.
    TestRequest&& chunk(std::string_view piece) &&;
    /// A field behind a chunked body.
    TestRequest&& trailer(std::string_view name, std::string_view value) &&;
    /// A chunked body whose pieces follow by `PendingResponse::send_chunk`.
    TestRequest&& leave_body_open() &&;
    TestRequest&& http_1_0() &&;
    /// On a connection of its own, also if one is idle.
    TestRequest&& new_connection() &&;

    /// Send it and wait for the response.
    /// errors   throws TestClientError
    TestResponse send() &&;
    /// Send it, let everything run that needs no time, and come back.
    PendingResponse start() &&;
    /// Send it and wait for the head of the response.
    PendingResponse open() &&;

private:
    friend class TestClient;
    TestRequest(std::shared_ptr<web::TestCore> core, std::string_view method, std::string_view target);
    [[nodiscard]] bool has(std::string_view name) const noexcept;
    [[nodiscard]] std::string text() const;

    std::shared_ptr<web::TestCore> core_;
    std::string method_;
    std::string target_;
    TestResponse::Fields headers_;
    TestResponse::Fields trailers_;
    std::string body_;
    const char* version_ = "HTTP/1.1";
    bool has_body_ = false;
    bool chunked_ = false;
    bool body_open_ = false;
    bool new_connection_ = false;
};

/// A connection for bytes as they are: pipelined, malformed, in pieces.
class TestConnection {
public:
    TestConnection(TestConnection&&) noexcept;
    TestConnection& operator=(TestConnection&&) noexcept;
    ~TestConnection();

    /// Send and let everything run that needs no time.
    TestConnection& send(std::string_view bytes);
    /// Everything that has come since the last call.
    [[nodiscard]] std::string received();
    /// Has the server closed?
    [[nodiscard]] bool closed();
    /// Was that a reset?
    [[nodiscard]] bool reset();
    /// Be a client that does not read, or one that reads again.
    void stop_reading();
    void read_on();
    /// Say that nothing more will be sent, and go on reading.
    void half_close();
    void disconnect();

private:
    friend class TestClient;
    TestConnection(std::shared_ptr<web::TestCore> core, std::unique_ptr<web::TestWire> wire) noexcept;

    std::shared_ptr<web::TestCore> core_;
    std::unique_ptr<web::TestWire> wire_;
};

struct TestClientOptions {
    /// What `ctx.get_peer_address()` and `get_local_address()` say.
    std::string peer = "127.0.0.1:50000";
    std::string local = "127.0.0.1:80";
    /// Bytes on their way before a sender must wait. At least 1; small ones split every message everywhere.
    std::size_t pipe_bytes = 64 * 1024;
    /// How much virtual time a response may take before that is an error.
    std::chrono::seconds patience{3600};
};

/// Not thread-safe: client and server both run in the calls of the thread that made it.
class TestClient {
public:
    /// Takes routes, middleware and settings as they are now; the server itself need not run or live on.
    /// errors   throws TestClientError naming what is wrong with the routes
    explicit TestClient(const Server& server, TestClientOptions options = {});
    TestClient(const TestClient&) = delete;
    TestClient& operator=(const TestClient&) = delete;
    /// Cancels what runs and lets it unwind. What is still pending then fails when it is asked.
    ~TestClient();

    TestRequest request(std::string_view method, std::string_view target);
    TestRequest get(std::string_view target) { return request("GET", target); }
    TestRequest head(std::string_view target) { return request("HEAD", target); }
    TestRequest post(std::string_view target) { return request("POST", target); }
    TestRequest put(std::string_view target) { return request("PUT", target); }
    TestRequest patch(std::string_view target) { return request("PATCH", target); }
    TestRequest del(std::string_view target) { return request("DELETE", target); }
    TestRequest options(std::string_view target) { return request("OPTIONS", target); }

    /// Send bytes as they are on a connection of their own. No time passes.
    ///
    /// returns  all that comes back until the server closes or waits
    std::string raw(std::string_view bytes);
    [[nodiscard]] TestConnection connect();

    /// Let everything run that needs no time.
    void settle();
    /// Let `length` of virtual time pass, and everything happen that is due by then.
    void advance(Duration length);
    /// Virtual time since this client was made.
    [[nodiscard]] Duration elapsed() const noexcept;

    /// Close the connections that are idle; the next request opens one.
    void disconnect();
    /// How many connections the server holds.
    [[nodiscard]] std::size_t connections() const noexcept;

    /// Where the handlers run, for what tests do beside requests: `client.loop().post([] { spawn(…); })`.
    [[nodiscard]] Loop& loop() noexcept;

private:
    std::shared_ptr<web::TestCore> core_;
};

}  // namespace hyperlane
