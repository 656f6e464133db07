/// Start-up and shutdown hooks, periodic tasks, and what a server says of handlers that block.

#include <hyperlane/net/async_stream.hpp>
#include <hyperlane/net/connect.hpp>
#include <hyperlane/web/lifecycle.hpp>
#include "io/run.hpp"
#include "support.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace hyperlane {
namespace {

using namespace testing;

struct Journal {
    std::vector<std::string> lines;
    int running = 0;
    int runs = 0;
};

using JournalPtr = std::shared_ptr<Journal>;

Task<> write_later(JournalPtr journal, std::string line) {
    co_await sleep(1s);
    journal->lines.push_back(std::move(line));
}

Task<> opens(ServerContext server) { co_await write_later(server.get_data<JournalPtr>(), "opened"); }
Task<Result<>> warms(ServerContext server) {
    co_await write_later(server.get_data<JournalPtr>(), "warm");
    co_return Result<>();
}
void closes(ServerContext server) { server.get_data<JournalPtr>()->lines.emplace_back("closed"); }
Task<Result<>> refuses() {
    co_await sleep(1s);
    co_return fail(ErrorCode::not_found, "no such database");
}

TEST(Lifecycle, RunsHooksInOrderAndBackwards) {
    const auto journal = std::make_shared<Journal>();
    Server server;
    server.data(JournalPtr(journal));
    server.on_start(opens).on_start(warms).on_stop(closes);
    server.on_stop([journal] { return write_later(journal, "cold"); });
    server.route("/", [journal](Context ctx) {
        journal->lines.emplace_back("asked");
        ctx.set_response_body("x");
    });
    {
        TestClient client(server);
        EXPECT_EQ(journal->lines, (std::vector<std::string>{"opened", "warm"}));
        client.get("/").send();
    }
    EXPECT_EQ(journal->lines, (std::vector<std::string>{"opened", "warm", "asked", "cold", "closed"}));
}

TEST(Lifecycle, DoesNotStartWhenAHookFails) {
    const auto journal = std::make_shared<Journal>();
    Server server;
    server.data(JournalPtr(journal));
    server.on_start(opens).on_start(refuses).on_start(warms).on_stop(closes);
    try {
        TestClient client(server);
        ADD_FAILURE() << "it has started";
    } catch (const TestClientError& error) {
        EXPECT_TRUE(contains(error.what(), "no such database")) << error.what();
        EXPECT_TRUE(contains(error.what(), "lifecycle_test.cpp:")) << error.what();
    }
    EXPECT_EQ(journal->lines, std::vector<std::string>{"opened"});
    server.port(0).workers(1);
    const auto started = server.start();
    ASSERT_FALSE(started);
    EXPECT_TRUE(contains(started.error().message, "no such database")) << started.error().message;
}

TEST(Lifecycle, SaysWhatAHookThrew) {
    Server server;
    server.port(0).workers(1);
    server.on_start([](ServerContext context) { (void)context.get_data<std::string>(); });
    const auto started = server.start();
    ASSERT_FALSE(started);
    EXPECT_TRUE(contains(started.error().message, "no application state of type")) << started.error().message;
}

TEST(Lifecycle, RunsHooksOfARealServer) {
    const auto journal = std::make_shared<Journal>();
    for (const std::size_t workers : {1U, 3U}) {
        journal->lines.clear();
        Server server;
        server.port(0).workers(workers);
        server.data(JournalPtr(journal));
        server.on_start([journal] {
            spawn(
                [](JournalPtr book) -> Task<> {
                    co_await yield();
                    book->lines.emplace_back("spawned");
                },
                journal);
        });
        server.on_stop(closes);
        ASSERT_TRUE(server.start());
        server.stop();
        server.wait();
        ASSERT_EQ(journal->lines.size(), 2U);
        EXPECT_EQ(journal->lines[1], "closed");
    }
}

Task<> takes(Duration length, JournalPtr journal) {
    EXPECT_EQ(journal->running++, 0) << "overlapped";
    ++journal->runs;
    try {
        co_await sleep(length);
    } catch (const Cancelled&) {
        journal->lines.emplace_back("cancelled");
        --journal->running;
        throw;
    }
    --journal->running;
}

TEST(Every, RunsAtItsTimes) {
    const auto journal = std::make_shared<Journal>();
    Server server;
    server.every(30s, [journal] { return takes(1s, journal); });
    TestClient client(server);
    EXPECT_EQ(journal->runs, 0);
    client.advance(29s);
    EXPECT_EQ(journal->runs, 0);
    client.advance(1s);
    EXPECT_EQ(journal->runs, 1);
    client.advance(300s);
    EXPECT_EQ(journal->runs, 11);
}

TEST(Every, BeginsAtOnceWhenAsked) {
    const auto journal = std::make_shared<Journal>();
    Server server;
    server.every(30s, [journal] { return takes(1s, journal); }, {.at_once = true});
    TestClient client(server);
    client.settle();
    EXPECT_EQ(journal->runs, 1);
    client.advance(31s);
    EXPECT_EQ(journal->runs, 2);
}

TEST(Every, LeavesOutTheTimesThatALongRunMisses) {
    const auto journal = std::make_shared<Journal>();
    Server server;
    server.every(10s, [journal] { return takes(25s, journal); });
    TestClient client(server);
    client.advance(36s);  // 10 to 35; 20 and 30 are missed
    EXPECT_EQ(journal->runs, 1);
    client.advance(4s);
    EXPECT_EQ(journal->runs, 2);
}

TEST(Every, AddsAJitterUpToItsBound) {
    const auto journal = std::make_shared<Journal>();
    std::vector<Duration> begins;
    std::optional<TestClient> client;
    Server server;
    server.every(100s, [&] { begins.push_back(client->elapsed()); }, {.jitter = 50s});
    client.emplace(server);
    client->advance(1060s);
    ASSERT_EQ(begins.size(), 10U);
    bool differ = false;
    for (std::size_t i = 0; i < begins.size(); ++i) {
        const Duration late = begins[i] - (i + 1) * Duration(100s);
        EXPECT_GE(late, Duration::zero());
        EXPECT_LE(late, Duration(50s));
        differ = differ || late != begins[0] - Duration(100s);
    }
    EXPECT_TRUE(differ);
    client.reset();
}

TEST(Every, IsCancelledWhenTheServerStops) {
    const auto journal = std::make_shared<Journal>();
    Server server;
    server.every(1s, [journal] { return takes(10s, journal); });
    server.on_stop([journal] { journal->lines.emplace_back("stopped"); });
    {
        TestClient client(server);
        client.advance(2s);
    }
    EXPECT_EQ(journal->lines, (std::vector<std::string>{"cancelled", "stopped"}));
}

TEST(Every, SaysWhatFailedAndGoesOn) {
    const auto journal = std::make_shared<Journal>();
    const LogCapture logged;
    Server server;
    server.every(1s, [journal]() -> Task<> {
        ++journal->runs;
        co_await sleep(Duration::zero());
        throw std::runtime_error("no sweep");
    });
    TestClient client(server);
    client.advance(2s);
    client.advance(1ms);
    EXPECT_EQ(journal->runs, 2);
    ASSERT_FALSE(logged.errors().empty());
    EXPECT_TRUE(contains(logged.errors()[0], "no sweep")) << logged.errors()[0];
    EXPECT_TRUE(contains(logged.errors()[0], "lifecycle_test.cpp:")) << logged.errors()[0];
}

void blocks(Context ctx) {
    std::this_thread::sleep_for(60ms);
    ctx.set_response_body("done");
}

std::vector<std::string> warnings_of(const std::function<void(Server&)>& set) {
    const LogCapture logged;
    Server server;
    server.port(0).workers(1);
    server.route("/blocks/{id}", blocks);
    set(server);
    EXPECT_TRUE(server.start());
    const auto ask = [](net::Address to) -> Task<std::string> {
        auto stream = co_await net::connect(std::move(to));
        if (!stream) co_return stream.error().message;
        auto opened = net::AsyncStream::open(*Loop::current(), std::move(*stream));
        if (!opened) co_return opened.error().message;
        const auto sent = co_await opened->write_all("GET /blocks/1 HTTP/1.0\r\n\r\n");
        if (!sent) co_return sent.error().message;
        std::string all;
        std::array<char, 1000> buffer;
        for (;;) {
            const auto got = co_await opened->read_some(buffer);
            if (!got || *got == 0) co_return all;
            all.append(buffer.data(), *got);
        }
    };
    Loop loop(*io::make_epoll_backend());
    EXPECT_TRUE(contains(testing::run(loop, ask(server.addresses().front())), "done"));
    server.stop();
    server.wait();
    return logged.lines(LogLevel::warn);
}

TEST(WarnBlocking, NamesTheRouteAndTheTime) {
    const auto warnings = warnings_of([](Server& server) { server.warn_blocking(20ms); });
    ASSERT_FALSE(warnings.empty());
    EXPECT_TRUE(contains(warnings[0], "/blocks/{id}")) << warnings[0];
    EXPECT_TRUE(contains(warnings[0], " ms by one turn")) << warnings[0];
}

TEST(WarnBlocking, SaysNothingWhenItIsOff) {
    for (const std::string& line : warnings_of([](Server& server) { server.warn_blocking(0ms); })) {
        EXPECT_FALSE(contains(line, "by one turn")) << line;
    }
}

}  // namespace
}  // namespace hyperlane
