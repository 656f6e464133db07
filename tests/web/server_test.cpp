#include <hyperlane/io/loop.hpp>
#include "support.hpp"

#include <atomic>
#include <filesystem>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace hyperlane {
namespace {

using namespace testing;

// A blocking socket; every wait has an end, so that a bug fails a test instead of holding it.
class Socket {
public:
    explicit Socket(const Address& address) {
        if (address.kind() == Address::Kind::unix_socket) {
            fd_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
            sockaddr_un name{};
            name.sun_family = AF_UNIX;
            address.path().copy(name.sun_path, sizeof name.sun_path - 1);
            connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
        } else {
            fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
            sockaddr_in name{};
            name.sin_family = AF_INET;
            name.sin_port = htons(address.port());
            name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
        }
    }
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
    Socket& operator=(Socket&&) = delete;
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }

    [[nodiscard]] bool connected() const { return connected_; }
    Socket& send(std::string_view text) {
        EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
        return *this;
    }
    /// Until `end` has come, or the server has closed.
    std::string read_until(std::string_view end) {
        while (!contains(seen_, end) && read_some()) {
        }
        return seen_;
    }
    std::string read_to_end() {
        while (read_some()) {
        }
        return seen_;
    }

private:
    bool read_some() {
        pollfd waiting{fd_, POLLIN, 0};
        if (::poll(&waiting, 1, 20'000) != 1) {
            ADD_FAILURE() << "nothing came for 20 s";
            return false;
        }
        char buffer[4096];
        const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (got <= 0) return false;
        seen_.append(buffer, static_cast<std::size_t>(got));
        return true;
    }

    int fd_ = -1;
    bool connected_ = false;
    std::string seen_;
};

constexpr std::string_view request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

void hello(Context ctx) { ctx.set_response_body("Hello, World!"); }

/// Holds requests to /held until it is told to let go.
class Gate {
public:
    Task<> wait(Context ctx) {
        const auto loop = &ctx.exchange().loop();
        Channel<int> channel(1);
        loop_ = loop;
        channel_ = &channel;
        entered_.set_value();
        co_await channel.receive();
        ctx.set_response_body("held");
    }
    void wait_until_entered() { ASSERT_EQ(entered_.get_future().wait_for(20s), std::future_status::ready); }
    void open() {
        loop_.load()->post([this] { (void)channel_.load()->try_send(1); });
    }

private:
    std::promise<void> entered_;
    std::atomic<Loop*> loop_ = nullptr;
    std::atomic<Channel<int>*> channel_ = nullptr;
};

TEST(ServerLifecycle, ListensOnAPortOfTheSystemsChoiceAndStops) {
    Server server;
    server.host("127.0.0.1").port(0).workers(1).route("/", get(hello));
    EXPECT_TRUE(server.addresses().empty());
    ASSERT_TRUE(server.start());
    ASSERT_EQ(server.addresses().size(), 1u);
    EXPECT_NE(server.addresses()[0].port(), 0);
    Socket client(server.addresses()[0]);
    EXPECT_TRUE(contains(client.send(request).read_until("World!"), "HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(server.counters().requests, 1u);
    EXPECT_EQ(server.counters().connections_accepted, 1u);
    server.stop();
    server.wait();
    client.read_to_end();
    EXPECT_FALSE(Socket(server.addresses()[0]).connected()) << "nobody listens any more";
    server.stop();
    server.stop_now();
    server.wait();
}

TEST(ServerLifecycle, FinishesWhatRunsAndClosesWhatIsIdle) {
    Gate gate;
    Limits limits;
    limits.linger_timeout = 10ms;  // the client stays open
    Server server;
    server.limits(limits);
    server.port(0).workers(1).route("/", get(hello)).route("/held", [&gate](Context ctx) { return gate.wait(ctx); });
    ASSERT_TRUE(server.start());
    Socket idle(server.addresses()[0]);
    idle.send(request).read_until("World!");
    Socket busy(server.addresses()[0]);
    busy.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
    gate.wait_until_entered();
    server.stop();
    idle.read_to_end();
    EXPECT_FALSE(Socket(server.addresses()[0]).connected());
    gate.open();
    const std::string answer = busy.read_to_end();
    EXPECT_TRUE(contains(answer, "Connection: close\r\n")) << answer;
    EXPECT_TRUE(answer.ends_with("held")) << answer;
    server.wait();
}

TEST(ServerLifecycle, DropsEverythingWhenToldToStopNow) {
    Gate gate;
    Server server;
    server.port(0).workers(1).route("/", [&gate](Context ctx) { return gate.wait(ctx); });
    ASSERT_TRUE(server.start());
    Socket client(server.addresses()[0]);
    client.send(request);
    gate.wait_until_entered();
    server.stop();
    server.stop_now();
    server.wait();
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(server.counters().connections_lost, 1u);
}

TEST(ServerLifecycle, DropsWhatRunsLongerThanTheDrainTimeout) {
    Gate gate;
    Limits limits;
    limits.drain_timeout = 1ms;
    Server server;
    server.limits(limits).port(0).workers(1).route("/", [&gate](Context ctx) { return gate.wait(ctx); });
    ASSERT_TRUE(server.start());
    Socket client(server.addresses()[0]);
    client.send(request);
    gate.wait_until_entered();
    server.stop();
    server.wait();
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(ServerLifecycle, StopsWhenItIsDestroyed) {
    Address address;
    {
        Server server;
        server.port(0).workers(2).route("/", get(hello));
        ASSERT_TRUE(server.start());
        address = server.addresses()[0];
        EXPECT_TRUE(Socket(address).connected());
    }
    EXPECT_FALSE(Socket(address).connected());
}

TEST(ServerLifecycle, StartsOnce) {
    Server server;
    server.port(0).workers(1);
    ASSERT_TRUE(server.start());
    const auto again = server.start();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::already_done);
}

TEST(ServerLifecycle, SaysWhereItCannotListenAndWhy) {
    Server first;
    first.port(0).workers(1);
    ASSERT_TRUE(first.start());
    for (const std::size_t workers : {1u, 2u}) {
        const std::string taken = first.addresses()[0].to_string();
        Server second;
        second.listen(taken).workers(workers);
        const auto started = second.start();
        ASSERT_FALSE(started);
        EXPECT_EQ(started.error().code, ErrorCode::address_in_use);
        EXPECT_TRUE(contains(started.error().message, taken)) << started.error().message;
        EXPECT_TRUE(second.addresses().empty());
    }
    Server nowhere;
    nowhere.host("not an address").workers(1);
    EXPECT_FALSE(nowhere.start());
}

TEST(ServerLifecycle, DoesNotStartWithRoutesThatContradict) {
    Server server;
    server.port(0).route("/{a}", get(hello)).route("/{b}", get(hello));
    const auto started = server.start();
    ASSERT_FALSE(started);
    EXPECT_TRUE(contains(started.error().message, "server_test.cpp:")) << started.error().message;
}

TEST(ServerLifecycle, RunReportsInTheLogWhyItCannotListen) {
    const LogCapture log;
    Server server;
    server.host("not an address");
    EXPECT_EQ(server.run(), EXIT_FAILURE);
    EXPECT_TRUE(contains(log.error(), "not an address")) << log.error();
}

TEST(ServerLifecycle, ServesOnAUnixSocketAndSeveralAddresses) {
    const auto path =
        std::filesystem::temp_directory_path() / ("hyperlane-web-" + std::to_string(::getpid()) + ".sock");
    Server server;
    server.listen("unix:" + path.string()).listen("127.0.0.1:0").workers(2).route("/", get(hello));
    ASSERT_TRUE(server.start());
    ASSERT_EQ(server.addresses().size(), 2u);
    for (const Address& address : server.addresses()) {
        Socket client(address);
        EXPECT_TRUE(contains(client.send(request).read_until("World!"), "200 OK")) << address.to_string();
    }
    server.stop();
    server.wait();
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ServerWorkers, EachServeAndTheirCountersAreAddedUp) {
    std::mutex mutex;
    std::set<std::thread::id> threads;
    Server server;
    server.port(0).workers(3).route("/", [&](Context) {
        const std::lock_guard lock(mutex);
        threads.insert(std::this_thread::get_id());
    });
    ASSERT_TRUE(server.start());
    for (int i = 0; i < 60; ++i) {
        Socket client(server.addresses()[0]);
        EXPECT_TRUE(contains(client.send(request).read_until("\r\n\r\n"), "200 OK"));
    }
    EXPECT_EQ(server.counters().requests, 60u);
    EXPECT_EQ(server.counters().connections_accepted, 60u);
    EXPECT_GT(threads.size(), 1u) << "60 connections, all on one loop";
}

TEST(ServerWorkers, KeepIdsUniqueAcrossThreads) {
    std::mutex mutex;
    std::set<std::string> ids;
    Server server;
    server.port(0).workers(2).route("/", [&](Context ctx) {
        const std::lock_guard lock(mutex);
        ids.emplace(ctx.get_request_id());
    });
    ASSERT_TRUE(server.start());
    for (int i = 0; i < 40; ++i) Socket(server.addresses()[0]).send(request).read_until("\r\n\r\n");
    EXPECT_EQ(ids.size(), 40u);
}

TEST(ServerWorkers, PauseAcceptingAtTheConnectionLimit) {
    const LogCapture log;
    Limits limits;
    limits.connections = 1;
    Server server;
    server.limits(limits).port(0).workers(1).route("/", get(hello));
    ASSERT_TRUE(server.start());
    std::optional<Socket> first(std::in_place, server.addresses()[0]);
    first->send(request).read_until("World!");
    Socket second(server.addresses()[0]);
    second.send(request);
    first->send("GET / HTTP/1.1\r\nHost: x\r\nX: second\r\n\r\n");
    EXPECT_EQ(server.counters().connections_accepted, 1u);
    first.reset();
    EXPECT_TRUE(contains(second.read_until("World!"), "200 OK")) << "served as soon as the first has gone";
    EXPECT_EQ(server.counters().connections_accepted, 2u);
}

TEST(ServerArguments, ComeFromTheCommandLineOverWhatWasSet) {
    const char* values[] = {"program", "--port=0", "--host", "127.0.0.1", "--workers", "1"};
    Server server;
    server.port(1).host("::1").arguments(6, values).route("/", get(hello));
    ASSERT_TRUE(server.start()) << "port 1 is not ours to bind";
    EXPECT_EQ(server.addresses().at(0).ip(), "127.0.0.1");
}

TEST(ServerArguments, ThatCannotBeUnderstoodStopTheStart) {
    const std::vector<std::vector<const char*>> wrong = {{"program", "--port", "abc"},   {"program", "--port", "70000"},
                                                         {"program", "--port"},          {"program", "--what", "1"},
                                                         {"program", "--workers", "-1"}, {"program", "stray"}};
    for (const auto& values : wrong) {
        Server server;
        server.arguments(static_cast<int>(values.size()), values.data());
        const auto started = server.start();
        ASSERT_FALSE(started) << values[1];
        EXPECT_EQ(started.error().code, ErrorCode::invalid_argument);
        EXPECT_TRUE(contains(started.error().message, values[1])) << started.error().message;
        EXPECT_TRUE(contains(started.error().message, "--workers N")) << "the usage helps";
    }
}

}  // namespace
}  // namespace hyperlane
