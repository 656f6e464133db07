#include <hyperlane/io/combine.hpp>
#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

bool open_in_this_process(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

class Descriptors : public ::testing::Test {
protected:
    Descriptors() {
        std::array<int, 2> pair{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()), 0);
        here = Descriptor(pair[0]);
        there = Descriptor(pair[1]);
    }
    Loop loop{std::move(io::make_epoll_backend().value())};
    io::CancelScope scope{&loop.scope()};
    Descriptor here, there;
};

TEST_F(Descriptors, CloseWhatTheyOwnOnce) {
    const int fd = here.get();
    {
        Descriptor moved(std::move(here));
        EXPECT_FALSE(here);
        EXPECT_EQ(moved.get(), fd);
        here = std::move(moved);
        EXPECT_TRUE(open_in_this_process(fd));
    }
    EXPECT_TRUE(open_in_this_process(fd));
    here.reset();
    EXPECT_FALSE(open_in_this_process(fd));
    EXPECT_FALSE(here);
    const int other = there.release();
    EXPECT_TRUE(open_in_this_process(other));
    ::close(other);
}

Task<Result<io::Readiness>> wait_readable(int fd) { co_return co_await readable(fd); }
Task<Result<io::Readiness>> wait_writable(int fd) { co_return co_await writable(fd); }

TEST_F(Descriptors, ReadableWaitsForBytes) {
    const auto outcome = testing::start(loop, wait_readable(here.get()));
    testing::turn(loop);
    EXPECT_FALSE(outcome->ended);
    EXPECT_EQ(::write(there.get(), "x", 1), 1);
    loop.run_until([&] { return outcome->ended; });
    EXPECT_TRUE(outcome->take()->readable);
    EXPECT_EQ(loop.backend().watched(), 0U);
}

TEST_F(Descriptors, ReadableEndsWhenThePeerCloses) {
    const auto outcome = testing::start(loop, wait_readable(here.get()));
    testing::turn(loop);
    there.reset();
    loop.run_until([&] { return outcome->ended; });
    EXPECT_TRUE(outcome->take()->peer_closed);
}

TEST_F(Descriptors, WritableIsTrueAtOnceForAnEmptySocket) {
    EXPECT_TRUE(testing::run(loop, wait_writable(here.get()))->writable);
}

TEST_F(Descriptors, AreNotWatchedAfterACancellationOrATimeout) {
    const auto outcome = testing::start(loop, wait_readable(here.get()), scope);
    testing::turn(loop);
    EXPECT_EQ(loop.backend().watched(), 1U);
    loop.post([&] { scope.cancel(); });
    testing::turn(loop);
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(loop.backend().watched(), 0U);
    EXPECT_FALSE(testing::run(loop, timeout(1ms, wait_readable(here.get()))));
    EXPECT_EQ(loop.backend().watched(), 0U);
}

TEST_F(Descriptors, ThatCannotBeWatchedAreAnError) {
    const Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(testing::run(loop, wait_readable(file.get())));
    EXPECT_FALSE(testing::run(loop, wait_readable(-1)));
    const auto first = testing::start(loop, wait_readable(here.get()));
    const auto second = testing::start(loop, wait_readable(here.get()));
    testing::turn(loop);
    EXPECT_FALSE(first->ended);
    ASSERT_TRUE(second->ended);
    EXPECT_EQ(second->take().error().code, ErrorCode::already_exists);
}

TEST_F(Descriptors, OfWhichTwoAreReadyInOneBatchMayLoseTheOneThatLoses) {
    for (int round = 0; round < 20; ++round) {
        EXPECT_EQ(::write(there.get(), "x", 1), 1);
        EXPECT_EQ(::write(here.get(), "x", 1), 1);
        const auto first = testing::run(loop, when_any(wait_readable(here.get()), wait_readable(there.get())));
        EXPECT_TRUE(first.index() == 0 ? std::get<0>(first) : std::get<1>(first));
        EXPECT_EQ(loop.backend().watched(), 0U);
    }
}

}  // namespace
}  // namespace hyperlane
