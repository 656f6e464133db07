#include <hyperlane/net/socket_stream.hpp>
#include "net/support.hpp"

namespace hyperlane::net {
namespace {

struct Pair {
    explicit Pair(std::pair<int, int> fds)
        : ours(make_socket_stream(fds.first)), theirs(make_socket_stream(fds.second)) {}
    std::unique_ptr<Stream> ours;
    std::unique_ptr<Stream> theirs;
};

TEST(SocketStream, LosingInterestCostsNothingUntilSomethingUnwantedComes) {
    TestLoop loop;
    Pair pair(tcp_pair());
    Recorder us(*pair.ours);
    ASSERT_TRUE(pair.ours->attach(loop.loop(), us));
    for (int i = 0; i < 10; ++i) {
        pair.ours->set_read_interest(false);
        pair.ours->set_read_interest(true);
    }
    EXPECT_EQ(loop.counts().modified, 0);

    pair.ours->set_read_interest(false);
    EXPECT_EQ(write(*pair.theirs, "x").bytes, 1U);
    loop.until([&] { return loop.counts().modified == 1; });
    EXPECT_TRUE(loop.quiet());
    EXPECT_EQ(loop.counts().modified, 1);
    EXPECT_EQ(loop.counts().added, 1);
}

TEST(SocketStream, FirstBytesThatAreHereAreReadBeforeTheDescriptorIsWatched) {
    TestLoop loop;
    const auto fds = tcp_pair();
    const auto ours = make_socket_stream(fds.first, {}, FirstBytes::likely_here);
    const auto theirs = make_socket_stream(fds.second);
    Recorder us(*ours);
    EXPECT_EQ(write(*theirs, "first").bytes, 5U);
    ASSERT_TRUE(ours->attach(loop.loop(), us));
    EXPECT_EQ(us.readable, 0) << "only the loop calls";
    us.then = [&] { EXPECT_EQ(loop.counts().added, 0); };
    loop.until([&] { return us.received == "first"; });
    EXPECT_EQ(loop.counts().added, 1);
    us.then = {};
    EXPECT_EQ(write(*theirs, " second").bytes, 7U);
    loop.until([&] { return us.received == "first second"; });
    EXPECT_EQ(loop.counts().added, 1);
}

TEST(SocketStream, AConnectionThatEndsWithItsFirstBytesIsNeverWatched) {
    TestLoop loop;
    const auto fds = tcp_pair();
    const auto ours = make_socket_stream(fds.first, {}, FirstBytes::likely_here);
    const auto theirs = make_socket_stream(fds.second);
    Recorder us(*ours);
    EXPECT_EQ(write(*theirs, "x").bytes, 1U);
    ASSERT_TRUE(ours->attach(loop.loop(), us));
    us.then = [&] { ours->close(); };
    loop.until([&] { return us.received == "x"; });
    EXPECT_TRUE(loop.quiet());
    EXPECT_EQ(loop.counts().added, 0);
    EXPECT_EQ(loop.counts().removed, 0);
}

TEST(SocketStream, ClosedOrDestroyedBeforeItsFirstTurnItStaysSilent) {
    TestLoop loop;
    const auto one = tcp_pair();
    const auto two = tcp_pair();
    const auto closed = make_socket_stream(one.first, {}, FirstBytes::likely_here);
    auto destroyed = make_socket_stream(two.first, {}, FirstBytes::likely_here);
    const auto their_one = make_socket_stream(one.second);
    const auto their_two = make_socket_stream(two.second);
    Recorder first(*closed);
    Recorder second(*destroyed);
    EXPECT_EQ(write(*their_one, "x").bytes, 1U);
    EXPECT_EQ(write(*their_two, "x").bytes, 1U);
    ASSERT_TRUE(closed->attach(loop.loop(), first));
    ASSERT_TRUE(destroyed->attach(loop.loop(), second));
    closed->close();
    destroyed.reset();
    EXPECT_TRUE(loop.quiet());
    EXPECT_EQ(first.readable + second.readable, 0);
    EXPECT_EQ(loop.counts().added, 0);
}

TEST(SocketStream, OneThatCannotBeWatchedAfterItsFirstBytesEnds) {
    TestLoop loop;
    loop.counts().full = true;
    for (const bool reads_on : {true, false}) {
        const auto fds = tcp_pair();
        const auto ours = make_socket_stream(fds.first, {}, FirstBytes::likely_here);
        const auto theirs = make_socket_stream(fds.second);
        Recorder us(*ours);
        EXPECT_EQ(write(*theirs, "x").bytes, 1U);
        ASSERT_TRUE(ours->attach(loop.loop(), us));
        us.then = [&] { ours->set_read_interest(reads_on); };
        loop.until([&] { return us.finished() || us.failures > 0; });
        EXPECT_EQ(us.received, "x");
        EXPECT_EQ(us.finished(), reads_on);
        EXPECT_EQ(us.failures, 1);
        char byte = 0;
        EXPECT_EQ(theirs->read_some({&byte, 1}).status, IoStatus::end);
    }
}

TEST(SocketStream, OneEventOfABatchMayDestroyAnotherStreamOfIt) {
    TestLoop loop;
    Pair one(tcp_pair());
    Pair two(tcp_pair());
    Recorder first(*one.ours);
    Recorder second(*two.ours);
    ASSERT_TRUE(one.ours->attach(loop.loop(), first));
    ASSERT_TRUE(two.ours->attach(loop.loop(), second));
    first.then = [&] { two.ours.reset(); };
    second.then = [&] { one.ours.reset(); };
    EXPECT_EQ(write(*one.theirs, "x").bytes, 1U);
    EXPECT_EQ(write(*two.theirs, "x").bytes, 1U);
    loop.until([&] { return first.readable + second.readable > 0; });
    EXPECT_EQ(loop.counts().largest_batch, 2U);
    EXPECT_TRUE(loop.quiet());
    EXPECT_EQ(first.readable + second.readable, 1);
}

TEST(SocketStream, KnowsItsAddresses) {
    Pair pair(tcp_pair());
    EXPECT_EQ(pair.ours->local_address(), pair.theirs->peer_address());
    EXPECT_EQ(pair.ours->peer_address(), pair.theirs->local_address());
    EXPECT_EQ(pair.ours->peer_address().ip(), "127.0.0.1");
    EXPECT_EQ(Pair(unix_pair()).ours->peer_address(), Address::unnamed_unix_socket());
}

TEST(SocketStream, LeavesNoDescriptorBehind) {
    TestLoop loop;
    const auto before = open_descriptors();
    for (int i = 0; i < 50; ++i) {
        Pair pair(tcp_pair());
        Recorder us(*pair.ours);
        ASSERT_TRUE(pair.ours->attach(loop.loop(), us));
        if (i % 2 == 0) pair.ours->close(i % 4 == 0);
    }
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_EQ(loop.loop().backend().watched(), 0U);
}

TEST(SocketStream, StaysOutOfTheBackendAfterItsDescriptorLivesOnElsewhere) {
    TestLoop loop;
    const auto fds = tcp_pair();
    const int copy = ::dup(fds.first);
    {
        Pair pair(fds);
        Recorder us(*pair.ours);
        ASSERT_TRUE(pair.ours->attach(loop.loop(), us));
    }
    EXPECT_TRUE(loop.quiet());
    EXPECT_EQ(loop.counts().seen, 0U);
    ::close(copy);
}

}  // namespace
}  // namespace hyperlane::net
