// Handlers of sockets and event streams with arguments of their own.

#include <hyperlane/realtime.hpp>
#include <hyperlane/typed.hpp>
#include <hyperlane/web/dispatcher.hpp>
#include <hyperlane/web/testing/websocket_test_client.hpp>
#include "web/support.hpp"

#include <optional>
#include <string>
#include <utility>

namespace hyperlane {

namespace {

struct CurrentUser {
    std::string name;
};

}  // namespace

template <>
struct Extract<CurrentUser> {
    static CurrentUser from(Context ctx) {
        const auto name = ctx.get_request_header("X-User");
        if (!name) throw HttpError(401, "who are you");
        return {std::string(*name)};
    }
};

namespace {

using testing::contains;
using testing::LogCapture;

struct Paging {
    int page = 1;
};

Task<> greet(WebSocket socket, CurrentUser user) { co_await socket.send("hello " + user.name); }

Task<Result<>> describe(Path<int> id, WebSocket socket, Query<Paging> paging, Context ctx,
                        HeaderValue<"X-User", std::optional<std::string>> user) {
    co_await socket.receive();  // what was made from the request is there as long as the handler
    const std::string text = std::to_string(*id) + " " + std::to_string(paging->page) + " " + user->value_or("nobody") +
                             " " + std::string(ctx.get_request_path());
    co_return co_await socket.send(text);
}

Task<Result<>> give_up(WebSocket, CurrentUser) { co_return fail(ErrorCode::not_found, "no such room"); }

class TypedSockets : public ::testing::Test {
protected:
    TypedSockets() {
        server.route("/greet", ws(get(greet)));
        server.route("/things/{id}", ws(get(describe)));
        server.route("/give-up", ws(get(give_up)));
    }
    static TestWebSocketOptions as(std::string user) { return {.headers = {{"X-User", std::move(user)}}}; }

    Server server;
};

TEST_F(TypedSockets, TakeWhatIsMadeFromTheRequest) {
    TestClient client(server);
    TestWebSocket greeted(client, "/greet", as("ann"));
    EXPECT_EQ(greeted.receive()->data, "hello ann");
    EXPECT_FALSE(greeted.receive());
    EXPECT_EQ(greeted.close_code(), 1000);
    TestWebSocket described(client, "/things/7?page=3", as("bob"));
    described.send("go on");
    EXPECT_EQ(described.receive()->data, "7 3 bob /things/7");
}

TEST_F(TypedSockets, AnswerWhatIsWrongInsteadOfTheUpgrade) {
    TestClient client(server);
    const std::string handshake =
        " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const std::string nobody = client.raw("GET /greet" + handshake);
    EXPECT_TRUE(nobody.starts_with("HTTP/1.1 401 ")) << nobody;
    EXPECT_FALSE(contains(nobody, "Sec-WebSocket-Accept")) << nobody;
    EXPECT_TRUE(client.raw("GET /things/seven" + handshake).starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(client.raw("GET /things/7?page=x" + handshake).starts_with("HTTP/1.1 400 "));
    EXPECT_EQ(client.get("/greet").send().status(), 426) << "no handshake, whoever it is";
}

TEST_F(TypedSockets, CloseWith1011ForAnError) {
    const LogCapture log;
    TestClient client(server);
    TestWebSocket socket(client, "/give-up", as("ann"));
    EXPECT_FALSE(socket.receive());
    EXPECT_EQ(socket.close_code(), 1011);
    EXPECT_TRUE(contains(log.error(), "no such room")) << log.error();
}

TEST_F(TypedSockets, AreCheckedAgainstTheirRouteAtTheStart) {
    server.route("/no-id", ws(get(describe)));
    server.route("/no-state", ws(get([](WebSocket, Data<Paging>) -> Task<> { co_return; })));
    const auto made = server.make_dispatcher();
    ASSERT_FALSE(made);
    EXPECT_TRUE(contains(made.error().message, "\"/no-id\"")) << made.error().message;
    EXPECT_TRUE(contains(made.error().message, "\"/no-state\"")) << made.error().message;
}

TEST(TypedEventStreams, TakeWhatIsMadeFromTheRequest) {
    Server server;
    server.route("/things/{id}", get([](Context ctx, Path<int> id, CurrentUser user) -> Task<> {
                     EventStream events(ctx);
                     co_await events.send(user.name + std::to_string(*id));
                 }));
    TestClient client(server);
    const auto response = client.get("/things/7").header("X-User", "ann").send();
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.body(), "data: ann7\n\n");
    EXPECT_EQ(client.get("/things/7").send().status(), 401);
}

}  // namespace
}  // namespace hyperlane
