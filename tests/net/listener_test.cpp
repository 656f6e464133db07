#include <hyperlane/base/sanitizer.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/net/connect.hpp>
#include <hyperlane/net/listen_fds.hpp>
#include <hyperlane/net/listener.hpp>
#include "net/support.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <vector>

#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace hyperlane::net {
namespace {

struct Keeper final : Acceptor {
    void on_accept(std::unique_ptr<Stream> stream) noexcept override {
        streams.push_back(std::move(stream));
        if (then) then();
    }
    std::vector<std::unique_ptr<Stream>> streams;
    std::function<void()> then;
};

Address loopback(const char* text = "127.0.0.1:0") { return *Address::parse(text); }

std::string error_of(const Address& address, ListenOptions options = {}) {
    auto listener = listen(address, options);
    return listener ? "listens" : listener.error().message;
}

/// Connect and go away at once; the connection still waits for whoever accepts it.
void connect_once(const Address& address) {
    TestLoop loop;
    auto stream = loop.run(connect(address));
    EXPECT_TRUE(stream) << stream.error().message;
}

int option_of(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

std::uint16_t local_port_of(int fd) {
    sockaddr_in at{};
    socklen_t size = sizeof at;
    return ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0 ? ntohs(at.sin_port) : std::uint16_t{0};
}

TEST(Listener, TellsTheRealPortAndAcceptsWithNoDelay) {
    TestLoop loop;
    Keeper keeper;
    auto listener = listen(loopback());
    ASSERT_TRUE(listener) << listener.error().message;
    EXPECT_NE((*listener)->local_address().port(), 0);
    ASSERT_TRUE((*listener)->start(loop.loop(), keeper));
    auto client = loop.run(connect((*listener)->local_address()));
    ASSERT_TRUE(client) << client.error().message;
    loop.until([&] { return keeper.streams.size() == 1; });
    EXPECT_EQ(keeper.streams[0]->peer_address(), (*client)->local_address());
    EXPECT_EQ(keeper.streams[0]->local_address(), (*listener)->local_address());
}

TEST(Listener, HandsNoDelayDownToItsConnections) {
    TestLoop loop;
    Keeper keeper;
    auto listener = listen(loopback());
    ASSERT_TRUE((*listener)->start(loop.loop(), keeper));
    const std::uint16_t port = (*listener)->local_address().port();
    connect_once((*listener)->local_address());
    loop.until([&] { return keeper.streams.size() == 1; });
    int accepted = 0;
    for (int fd = 3; fd < 256; ++fd) {
        if (local_port_of(fd) != port || option_of(fd, SOL_SOCKET, SO_ACCEPTCONN) != 0) continue;
        ++accepted;
        EXPECT_EQ(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    }
    EXPECT_EQ(accepted, 1);
}

TEST(Listener, HandsOverADeferredConnectionWithItsFirstBytes) {
    TestLoop loop;
    Keeper keeper;
    const auto listener = listen(loopback(), {.defer_accept = true});
    ASSERT_TRUE(listener) << listener.error().message;
    const auto copy = (*listener)->duplicate();
    ASSERT_TRUE(copy) << copy.error().message;
    const auto accept_one = [&] {
        const auto client = loop.run(connect((*listener)->local_address()));
        EXPECT_EQ(write(**client, "hello").bytes, 5U);
        loop.until([&] { return keeper.streams.size() == 1; });
        Recorder server(*keeper.streams[0]);
        const int added = loop.counts().added;
        server.then = [&] { EXPECT_EQ(loop.counts().added, added) << "watched before it was read"; };
        EXPECT_TRUE(keeper.streams[0]->attach(loop.loop(), server));
        loop.until([&] { return server.received == "hello"; });
        keeper.streams.clear();
    };
    ASSERT_TRUE((*listener)->start(loop.loop(), keeper));
    accept_one();
    (*listener)->pause();
    ASSERT_TRUE((*copy)->start(loop.loop(), keeper));
    accept_one();
}

TEST(Listener, DefersASilentConnectionForASecond) {
    TestLoop loop;
    Keeper keeper;
    const auto listener = listen(loopback(), {.defer_accept = true});
    ASSERT_TRUE((*listener)->start(loop.loop(), keeper));
    const auto began = Clock::now();
    const auto client = loop.run(connect((*listener)->local_address()));
    ASSERT_TRUE(client) << client.error().message;
    loop.until([&] { return keeper.streams.size() == 1; });
    EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(900));
    Recorder server(*keeper.streams[0]);
    ASSERT_TRUE(keeper.streams[0]->attach(loop.loop(), server));
    EXPECT_TRUE(loop.quiet());
    EXPECT_EQ(write(**client, "late").bytes, 4U);
    loop.until([&] { return server.received == "late"; });
}

TEST(Listener, SaysAddressAndReasonWhenThePortIsInUse) {
    auto first = listen(loopback());
    ASSERT_TRUE(first);
    const Address taken = (*first)->local_address();
    auto second = listen(taken);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::address_in_use);
    EXPECT_EQ(second.error().message, "cannot listen on " + taken.to_string() + ": Address already in use");
}

TEST(Listener, SaysWhatIsWrongWithAnAddress) {
    EXPECT_EQ(error_of(loopback("192.0.2.1:0")),
              "cannot listen on 192.0.2.1:0: Cannot assign requested address (no network interface has this address)");
    EXPECT_NE(error_of(Address()).find("no address to listen on"), std::string::npos);
    EXPECT_NE(error_of(loopback("unix:/no-such-folder/x")).find("No such file"), std::string::npos);
}

TEST(Listener, SharesAPortAmongListenersThatAskForIt) {
    auto first = listen(loopback(), {.reuse_port = true});
    ASSERT_TRUE(first);
    EXPECT_TRUE(listen((*first)->local_address(), {.reuse_port = true}));
    EXPECT_FALSE(listen((*first)->local_address()));
}

TEST(Listener, TakesIpv4OnADualStackSocketUnlessToldNotTo) {
    TestLoop loop;
    Keeper keeper;
    auto both = listen(loopback("[::]:0"));
    if (!both) GTEST_SKIP() << both.error().message;
    ASSERT_TRUE((*both)->start(loop.loop(), keeper));
    const std::uint16_t port = (*both)->local_address().port();
    EXPECT_TRUE(loop.run(connect(Address::ipv4({127, 0, 0, 1}, port))));
    EXPECT_TRUE(loop.run(connect(*Address::parse("::1", port))));
    loop.until([&] { return keeper.streams.size() == 2; });
    EXPECT_EQ(keeper.streams[0]->peer_address().ip(), "127.0.0.1");
    EXPECT_EQ(keeper.streams[1]->peer_address().ip(), "::1");

    auto only = listen(loopback("[::1]:0"), {.ipv6_only = true});
    ASSERT_TRUE(only);
    EXPECT_FALSE(loop.run(connect(Address::ipv4({127, 0, 0, 1}, (*only)->local_address().port()))));
}

TEST(UnixListener, MakesAFileWithTheAskedPermissionsAndRemovesIt) {
    const TemporaryFolder folder;
    const Address address = *Address::unix_socket(folder.file("s"));
    {
        auto listener = listen(address, {.unix_mode = 0600});
        ASSERT_TRUE(listener) << listener.error().message;
        EXPECT_EQ((*listener)->local_address(), address);
        struct stat made{};
        ASSERT_EQ(::stat(folder.file("s").c_str(), &made), 0);
        EXPECT_EQ(made.st_mode & 0777U, 0600U);
        EXPECT_EQ(error_of(address), "cannot listen on unix:" + folder.file("s") + ": Address already in use");
        connect_once(address);
    }
    EXPECT_FALSE(std::filesystem::exists(folder.file("s")));
}

TEST(UnixListener, ReplacesAFileThatNobodyServes) {
    const TemporaryFolder folder;
    const Address address = *Address::unix_socket(folder.file("s"));
    {
        auto crashed = listen(address);
        ASSERT_TRUE(crashed);
        std::filesystem::rename(folder.file("s"), folder.file("kept"));
    }
    std::filesystem::rename(folder.file("kept"), folder.file("s"));
    auto listener = listen(address);
    ASSERT_TRUE(listener) << listener.error().message;
    connect_once(address);
}

TEST(UnixListener, LeavesOtherFilesAlone) {
    const TemporaryFolder folder;
    std::ofstream(folder.file("s")) << "precious";
    const Address address = *Address::unix_socket(folder.file("s"));
    EXPECT_NE(error_of(address).find("is not a socket"), std::string::npos);
    EXPECT_EQ(std::filesystem::file_size(folder.file("s")), 8U);
}

TEST(UnixListener, DoesNotRemoveTheFileOfItsSuccessor) {
    const TemporaryFolder folder;
    const Address address = *Address::unix_socket(folder.file("s"));
    auto first = listen(address);
    std::filesystem::rename(folder.file("s"), folder.file("old"));
    auto second = listen(address);
    ASSERT_TRUE(second);
    (*first)->close();
    EXPECT_TRUE(std::filesystem::exists(folder.file("s")));
}

TEST(UnixListener, TakesAbstractNames) {
    const Address address = *Address::unix_socket("@hyperlane-test-" + std::to_string(::getpid()));
    auto listener = listen(address);
    ASSERT_TRUE(listener) << listener.error().message;
    EXPECT_EQ((*listener)->local_address(), address);
    connect_once(address);
}

TEST(Listener, SharesOneSocketAmongLoops) {
    TestLoop loop;
    Keeper one;
    Keeper two;
    auto first = listen(loopback());
    auto second = (*first)->duplicate();
    ASSERT_TRUE(second);
    ASSERT_TRUE((*first)->start(loop.loop(), one));
    ASSERT_TRUE((*second)->start(loop.loop(), two));
    for (int i = 0; i < 5; ++i) connect_once((*first)->local_address());
    loop.until([&] { return one.streams.size() + two.streams.size() == 5; });
    (*first)->close();
    const std::size_t before = two.streams.size();
    connect_once((*second)->local_address());
    loop.until([&] { return two.streams.size() == before + 1; });
}

TEST(Listener, AcceptsNothingWhilePaused) {
    TestLoop loop;
    Keeper keeper;
    auto listener = listen(loopback());
    (*listener)->pause();
    ASSERT_TRUE((*listener)->start(loop.loop(), keeper));
    connect_once((*listener)->local_address());
    EXPECT_TRUE(loop.quiet());
    EXPECT_TRUE(keeper.streams.empty());
    (*listener)->resume();
    (*listener)->resume();
    loop.until([&] { return keeper.streams.size() == 1; });
}

TEST(Listener, MayBePausedAndClosedByItsAcceptor) {
    TestLoop loop;
    Keeper keeper;
    auto listener = listen(loopback());
    ASSERT_TRUE((*listener)->start(loop.loop(), keeper));
    for (int i = 0; i < 3; ++i) connect_once((*listener)->local_address());
    keeper.then = [&] { (*listener)->pause(); };
    loop.until([&] { return keeper.streams.size() == 1; });
    EXPECT_TRUE(loop.quiet());
    EXPECT_EQ(keeper.streams.size(), 1U);
    keeper.then = [&] { (*listener)->close(); };
    (*listener)->resume();
    loop.until([&] { return keeper.streams.size() == 2; });
    EXPECT_TRUE(loop.quiet());
    EXPECT_EQ(keeper.streams.size(), 2U);
    (*listener)->resume();
    EXPECT_TRUE(loop.quiet());
}

/// What accept4, which is replaced below, fails with. 0: it does not fail.
int accept_error = 0;
int failures_left = 0;

class Refusing : public testing::Test {
protected:
    Refusing() {
        set_log_sink([this](LogLevel, std::string_view line) { lines_.emplace_back(line); });
        listener_ = *listen(loopback());
        EXPECT_TRUE(listener_->start(loop_.loop(), keeper_));
        connect_once(listener_->local_address());
    }
    ~Refusing() override {
        make_room();
        set_log_sink({});
    }
    static void leave_no_room(int error) {
        accept_error = error;
        failures_left = 1'000'000;
    }
    static void make_room() { accept_error = failures_left = 0; }

    TestLoop loop_;
    Keeper keeper_;
    std::unique_ptr<Listener> listener_;
    std::vector<std::string> lines_;
};

class OutOfDescriptors : public Refusing, public testing::WithParamInterface<int> {};

TEST_P(OutOfDescriptors, PausesWarnsOnceAndGoesOnByItself) {
    leave_no_room(GetParam());
    loop_.until([&] { return !lines_.empty(); });
    EXPECT_TRUE(loop_.quiet()) << "the loop would spin";
    EXPECT_NE(lines_[0].find("cannot accept on 127.0.0.1:"), std::string::npos) << lines_[0];
    // At least one more try fails before there is room again.
    const int removed = loop_.counts().removed;
    loop_.until([&] { return loop_.counts().removed > removed; });
    EXPECT_EQ(lines_.size(), 1U);
    make_room();
    loop_.until([&] { return keeper_.streams.size() == 1; });
}

TEST_P(OutOfDescriptors, GoesOnAtOnceWhenToldOfAFreeDescriptor) {
    listener_->descriptor_freed();
    leave_no_room(GetParam());
    loop_.until([&] { return !lines_.empty(); });
    make_room();
    listener_->descriptor_freed();
    loop_.settle();
    EXPECT_EQ(keeper_.streams.size(), 1U);
}

TEST_P(OutOfDescriptors, StaysPausedWhenToldSoMeanwhile) {
    leave_no_room(GetParam());
    loop_.until([&] { return !lines_.empty(); });
    make_room();
    listener_->pause();
    listener_->descriptor_freed();
    EXPECT_TRUE(loop_.quiet());
    EXPECT_TRUE(keeper_.streams.empty());
    listener_->resume();
    loop_.until([&] { return keeper_.streams.size() == 1; });
}

INSTANTIATE_TEST_SUITE_P(Errors, OutOfDescriptors, testing::Values(EMFILE, ENFILE, ENOBUFS, ENOMEM),
                         [](const auto& test) { return std::string(::strerrorname_np(test.param)); });

TEST_F(Refusing, OneConnectionThatWentAwayDoesNotPause) {
    accept_error = ECONNABORTED;
    failures_left = 3;
    loop_.until([&] { return keeper_.streams.size() == 1; });
    EXPECT_EQ(failures_left, 0);
    EXPECT_TRUE(lines_.empty());
}

// The sanitizers need descriptors of their own, and report nonsense when they get none.
#if !HYPERLANE_ASAN
TEST_F(Refusing, ByTheRealLimitIsSurvived) {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit none = before;
    none.rlim_cur = 3;  // those that are open stay open, each further one is refused
    ::setrlimit(RLIMIT_NOFILE, &none);
    loop_.until([&] { return !lines_.empty(); });
    EXPECT_TRUE(loop_.quiet()) << "the loop would spin";
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_NE(lines_[0].find("Too many open files"), std::string::npos) << lines_[0];
    loop_.until([&] { return keeper_.streams.size() == 1; });
}
#endif

TEST(AdoptListener, RefusesWhatIsNoListeningStreamSocket) {
    EXPECT_FALSE(adopt_listener(-1));
    EXPECT_FALSE(adopt_listener(::socket(AF_INET, SOCK_STREAM, 0)));
    EXPECT_FALSE(adopt_listener(::socket(AF_INET, SOCK_DGRAM, 0)));
    EXPECT_FALSE(adopt_listener(::open("/dev/null", O_RDONLY)));
}

/// Run `body` in a child, for its descriptors and environment are its own. returns  its exit status
int in_child(const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void pass_fds(int count, int pid) {
    ::setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
    ::setenv("LISTEN_PID", std::to_string(pid).c_str(), 1);
}

TEST(AdoptListenFds, AdoptsWhatIsMeantForThisProcessOnce) {
    auto listener = listen(loopback());
    const std::uint16_t port = (*listener)->local_address().port();
    const auto body = [&] {
        auto copy = (*listener)->duplicate();
        for (int fd = 4; fd < 64; ++fd) {
            if (local_port_of(fd) == port && ::dup2(fd, 3) == 3) break;
        }
        pass_fds(1, ::getpid());
        auto adopted = adopt_listen_fds();
        if (!adopted || adopted->size() != 1 || (*adopted)[0]->local_address().port() != port) return 1;
        if (std::getenv("LISTEN_FDS") != nullptr || std::getenv("LISTEN_PID") != nullptr) return 2;
        if ((::fcntl(3, F_GETFD) & FD_CLOEXEC) == 0 || (::fcntl(3, F_GETFL) & O_NONBLOCK) == 0) return 3;
        auto again = adopt_listen_fds();
        return again && again->empty() ? 0 : 4;
    };
    EXPECT_EQ(in_child(body), 0);
}

TEST(AdoptListenFds, IgnoresWhatIsMeantForAnotherProcess) {
    pass_fds(1, ::getpid() + 1);
    auto adopted = adopt_listen_fds();
    ASSERT_TRUE(adopted);
    EXPECT_TRUE(adopted->empty());
    EXPECT_EQ(std::getenv("LISTEN_FDS"), nullptr);
}

TEST(AdoptListenFds, RefusesMalformedVariablesAndDescriptors) {
    pass_fds(1, ::getpid());
    ::setenv("LISTEN_FDS", "many", 1);
    auto adopted = adopt_listen_fds();
    ASSERT_FALSE(adopted);
    EXPECT_EQ(adopted.error().message, "LISTEN_FDS is not a number: 'many'");
    EXPECT_EQ(in_child([] {
                  ::dup2(0, 3);
                  pass_fds(1, ::getpid());
                  return adopt_listen_fds() ? 1 : 0;
              }),
              0);
}

TEST(Listener, LeavesNoDescriptorBehind) {
    TestLoop loop;
    const auto before = open_descriptors();
    for (int i = 0; i < 10; ++i) {
        Keeper keeper;
        auto listener = listen(loopback());
        ASSERT_TRUE((*listener)->start(loop.loop(), keeper));
        connect_once((*listener)->local_address());
        loop.until([&] { return keeper.streams.size() == 1; });
    }
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_EQ(loop.loop().backend().watched(), 0U);
}

int take_accept_error() noexcept { return failures_left > 0 ? (--failures_left, accept_error) : 0; }

}  // namespace
}  // namespace hyperlane::net

/// In place of the one of the C library, so that a test can make it fail.
extern "C" int accept4(int fd, sockaddr* peer, socklen_t* size, int flags) {
    if (const int error = hyperlane::net::take_accept_error(); error != 0) {
        errno = error;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_accept4, fd, peer, size, flags));
}
