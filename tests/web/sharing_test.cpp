/// A handler whose awaits are all ready shares its loop with other requests, whatever it awaits.

#include <hyperlane/web/realtime/event_stream.hpp>
#include <hyperlane/web/typed/multipart.hpp>
#include "io/hog.hpp"
#include "support.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hyperlane {
namespace {

using namespace testing;

using Hogging = Task<> (*)(Context, std::shared_ptr<Hog>);

Task<> abort_after(std::shared_ptr<Hog> hog, std::shared_ptr<std::optional<Context>> running, int turns) {
    co_await stop_after(hog, turns);
    hog->stop = false;
    if (*running) (*running)->aborted();
}

// Others run while `hogging` goes on, and it ends when its request is aborted.
void expect_shared_server(Hogging hogging, std::string_view body = {}) {
    const auto hog = std::make_shared<Hog>();
    const auto running = std::make_shared<std::optional<Context>>();
    std::function<Task<>()> make_neighbour = [&] { return stop_after(hog, 20); };
    std::shared_ptr<Outcome<void>> neighbour;
    Limits limits;
    limits.handler_timeout = 0ms;
    Server server;
    server.limits(limits);
    const auto busy = [&, hogging](Context ctx) {
        *running = ctx;
        neighbour = start(*Loop::current(), make_neighbour());
        return hogging(std::move(ctx), hog);
    };
    server.route("/busy", stream_body(post(busy)));
    TestClient client(server);
    const std::string request =
        "POST /busy HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + std::string(body);

    client.connect().send(request);
    ASSERT_TRUE(neighbour && neighbour->ended);
    EXPECT_TRUE(hog->shares());
    EXPECT_GT(hog->awaits, io::ready_budget);
    EXPECT_LE(hog->most_in_a_turn, io::ready_budget + 1);

    *hog = Hog();
    make_neighbour = [&] { return abort_after(hog, running, 20); };
    client.connect().send(request);
    EXPECT_TRUE(neighbour->ended && hog->shares()) << "it went on after its request had been aborted";
    running->reset();
}

TEST(SharedLoop, WithAHandlerThatStreams) {
    expect_shared_server([](Context ctx, std::shared_ptr<Hog> hog) -> Task<> {
        while (hog->goes_on()) {
            const auto sent = co_await ctx.send_body("x");
            if (!sent) co_return;
        }
    });
}

TEST(SharedLoop, WithAHandlerThatSendsInVain) {
    expect_shared_server([](Context ctx, std::shared_ptr<Hog> hog) -> Task<> {
        ctx.set_response_body("once");
        while (hog->goes_on()) (void)co_await ctx.send();
    });
}

TEST(SharedLoop, WithAHandlerThatReadsABodyAgainAndAgain) {
    expect_shared_server([](Context ctx, std::shared_ptr<Hog> hog) -> Task<> {
        while (hog->goes_on()) (void)co_await ctx.read_request_body();
    });
}

TEST(SharedLoop, WithAHandlerThatReadsManyParts) {
    std::string body;
    for (int i = 0; i < 10'000; ++i) body += "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n";
    body += "--b--\r\n";
    expect_shared_server(
        [](Context ctx, std::shared_ptr<Hog> hog) -> Task<> {
            Multipart parts = web::extract_multipart(ctx);
            parts.set_limits({.parts = 100'000});
            while (hog->goes_on()) (void)co_await parts.next();
        },
        body);
}

TEST(SharedLoop, WithAStreamOfEvents) {
    expect_shared_server([](Context ctx, std::shared_ptr<Hog> hog) -> Task<> {
        EventStream events(ctx);
        while (hog->goes_on()) {
            const auto sent = co_await events.send("x");
            if (!sent) co_return;
        }
    });
}

}  // namespace
}  // namespace hyperlane
