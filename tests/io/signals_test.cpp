#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/signals.hpp>
#include "io/run.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

namespace hyperlane {
namespace {

using Told = std::vector<std::pair<int, std::size_t>>;

class SignalsOfTheSystem : public ::testing::Test {
protected:
    Loop loop{std::move(io::make_epoll_backend().value())};
    Told told;
    Signals::Callback note() {
        return [this](int signal, std::size_t count) { told.emplace_back(signal, count); };
    }
};

TEST_F(SignalsOfTheSystem, AreToldOnTheLoopWithTheirCount) {
    const auto signals = Signals::listen(loop, {SIGTERM, SIGINT}, note());
    ASSERT_TRUE(signals);
    ::raise(SIGTERM);
    EXPECT_TRUE(told.empty()) << "called from within the handler";
    loop.run_until([&] { return !told.empty(); });
    ::raise(SIGINT);
    ::raise(SIGTERM);
    loop.run_until([&] { return told.size() == 3; });
    EXPECT_EQ(told[0], (std::pair<int, std::size_t>(SIGTERM, 1)));
    EXPECT_EQ(told[1].second, 2U);
    EXPECT_EQ(told[2].second, 3U);
}

TEST_F(SignalsOfTheSystem, AreToldAsOftenAsTheyCame) {
    const auto signals = Signals::listen(loop, {SIGUSR1}, note());
    ASSERT_TRUE(signals);
    for (int i = 0; i < 5; ++i) ::raise(SIGUSR1);
    loop.run_until([&] { return told.size() == 5; });
    EXPECT_EQ(told.back(), (std::pair<int, std::size_t>(SIGUSR1, 5)));
}

TEST_F(SignalsOfTheSystem, WakeALoopThatWaitsWhicheverThreadTheyHit) {
    const auto signals = Signals::listen(loop, {SIGUSR1}, [&](int, std::size_t) { loop.stop(); });
    ASSERT_TRUE(signals);
    std::thread sender([] { ::raise(SIGUSR1); });
    loop.run();
    sender.join();
}

std::atomic<int> former_calls = 0;

TEST_F(SignalsOfTheSystem, GoToTheFormerHandlerAfterwards) {
    struct sigaction former{};
    former.sa_handler = [](int) { ++former_calls; };
    struct sigaction original{};
    ::sigaction(SIGUSR2, &former, &original);
    {
        const auto signals = Signals::listen(loop, {SIGUSR2}, note());
        ASSERT_TRUE(signals);
        ::raise(SIGUSR2);
        EXPECT_EQ(former_calls, 0);
    }
    ::raise(SIGUSR2);
    EXPECT_EQ(former_calls, 1);
    ::sigaction(SIGUSR2, &original, nullptr);
    EXPECT_EQ(loop.backend().watched(), 0U);
}

TEST_F(SignalsOfTheSystem, CanBeCaughtByOneObjectOnly) {
    {
        const auto first = Signals::listen(loop, {SIGUSR1}, note());
        ASSERT_TRUE(first);
        const auto second = Signals::listen(loop, {SIGUSR2, SIGUSR1}, note());
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, ErrorCode::already_exists);
        EXPECT_TRUE(Signals::listen(loop, {SIGUSR2}, note())) << "the failed one has kept its signals";
    }
    EXPECT_TRUE(Signals::listen(loop, {SIGUSR1}, note()));
}

TEST_F(SignalsOfTheSystem, ThatCannotBeCaughtAreRefused) {
    EXPECT_EQ(Signals::listen(loop, {SIGKILL}, note()).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(Signals::listen(loop, {0}, note()).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(Signals::listen(loop, {1000}, note()).error().code, ErrorCode::invalid_argument);
    Loop virtual_loop(io::make_virtual_backend());
    EXPECT_EQ(Signals::listen(virtual_loop, {SIGUSR1}, note()).error().code, ErrorCode::unsupported);
}

TEST_F(SignalsOfTheSystem, ACallbackThatThrowsIsLogged) {
    std::vector<std::string> lines;
    set_log_sink([&](LogLevel, std::string_view line) { lines.emplace_back(line); });
    const auto signals = Signals::listen(loop, {SIGUSR1}, [](int, std::size_t) { throw std::runtime_error("no"); });
    ASSERT_TRUE(signals);
    ::raise(SIGUSR1);
    loop.run_until([&] { return !lines.empty(); });
    set_log_sink({});
    ASSERT_EQ(lines.size(), 1U);
}

TEST_F(SignalsOfTheSystem, StormsFromManyThreadsWhileObjectsComeAndGoDoNoHarm) {
    // Between two objects the signal goes to this handler, as without one it would end the process.
    struct sigaction ignore{}, original{};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGUSR1, &ignore, &original);
    std::atomic<bool> done = false;
    std::vector<std::thread> senders;
    for (int t = 0; t < 2; ++t) {
        senders.emplace_back([&] {
            while (!done) ::raise(SIGUSR1);
        });
    }
    for (int round = 0; round < 200; ++round) {
        const std::size_t before = told.size();
        const auto signals = Signals::listen(loop, {SIGUSR1}, note());
        ASSERT_TRUE(signals);
        loop.run_until([&] { return told.size() > before; });
    }
    done = true;
    for (auto& sender : senders) sender.join();
    ::sigaction(SIGUSR1, &original, nullptr);
}

TEST_F(SignalsOfTheSystem, SendfileToAPeerThatHasGoneDoesNotEndTheProcess) {
    std::array<int, 2> pair{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
    const Descriptor here(pair[0]);
    {
        const Descriptor there(pair[1]);
    }
    const Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(file);
    EXPECT_EQ(::sendfile(here.get(), file.get(), nullptr, 1000), -1);
    EXPECT_EQ(errno, EPIPE);
}

}  // namespace
}  // namespace hyperlane
