#include <hyperlane/io/time.hpp>
#include <hyperlane/net/async_stream.hpp>
#include <hyperlane/net/connect.hpp>
#include <hyperlane/net/dns.hpp>
#include <hyperlane/net/listener.hpp>
#include <hyperlane/net/memory_stream.hpp>
#include <hyperlane/net/socket_stream.hpp>
#include "net/support.hpp"

#include <array>

namespace hyperlane::net {
namespace {

using std::chrono::operator""ms;

struct Ends {
    AsyncStream client;
    AsyncStream server;
};

Ends async_pipe(TestLoop& loop, MemoryPipeOptions options = {}) {
    auto pipe = make_memory_pipe(loop.loop(), std::move(options));
    return {*AsyncStream::open(loop.loop(), std::move(pipe.client)),
            *AsyncStream::open(loop.loop(), std::move(pipe.server))};
}

Task<std::string> read_to_end(AsyncStream* stream) {
    std::string all;
    std::array<char, 100> buffer;
    for (;;) {
        auto got = co_await stream->read_some(buffer);
        if (!got) co_return all + " error: " + std::string(name_of(got.error().code));
        if (*got == 0) co_return all;
        all.append(buffer.data(), *got);
    }
}

Task<bool> write_and_end(AsyncStream* stream, std::string data) {
    auto written = co_await stream->write_all(std::move(data));
    stream->shutdown_write();
    co_return written.has_value();
}

Task<std::string> pass(Ends* ends, std::string data) {
    auto writing = spawn(write_and_end, &ends->client, data);
    std::string got = co_await read_to_end(&ends->server);
    const bool written = co_await writing.join();
    co_return written ? got : "not written";
}

TEST(AsyncStream, PassesEverythingThroughANarrowPipe) {
    for (const std::size_t capacity : {1U, 7U, 1000U}) {
        TestLoop loop(io::make_virtual_backend());
        Ends ends = async_pipe(loop, {.capacity_bytes = capacity, .max_read_bytes = 3});
        const std::string data(5000, 'x');
        EXPECT_EQ(loop.run(pass(&ends, data)), data);
    }
}

TEST(AsyncStream, ReportsAResetAndAClosedStream) {
    TestLoop loop(io::make_virtual_backend());
    Ends ends = async_pipe(loop);
    ends.client.close(true);
    EXPECT_EQ(loop.run(read_to_end(&ends.server)), " error: connection_reset");
    EXPECT_EQ(loop.run(read_to_end(&ends.client)), " error: closed");
    EXPECT_EQ(loop.run(ends.client.write_all("x")).error().code, ErrorCode::closed);
}

Task<std::string> close_while_reading(Ends* ends) {
    auto reading = spawn(read_to_end, &ends->server);
    ends->server.close();
    co_return co_await reading.join();
}

TEST(AsyncStream, ClosingItEndsAWaitThatIsUnderWay) {
    TestLoop loop(io::make_virtual_backend());
    Ends ends = async_pipe(loop);
    EXPECT_EQ(loop.run(close_while_reading(&ends)), " error: closed");
}

Task<std::string> give_up_and_try_again(Ends* ends) {
    std::array<char, 10> buffer;
    auto first = co_await timeout(50ms, ends->server.read_some(buffer));
    auto written = co_await ends->client.write_all("late");
    auto second = co_await ends->server.read_some(buffer);
    if (first || !written || !second) co_return "unexpected";
    co_return std::string(name_of(first.error().code)) + ", " + std::string(buffer.data(), *second);
}

TEST(AsyncStream, LosesNothingWhenAReadIsCancelled) {
    TestLoop loop(io::make_virtual_backend());
    Ends ends = async_pipe(loop);
    EXPECT_EQ(loop.run(give_up_and_try_again(&ends)), "timed_out, late");
}

TEST(AsyncStream, WorksOverSockets) {
    TestLoop loop;
    const auto [one, two] = tcp_pair();
    Ends ends{*AsyncStream::open(loop.loop(), make_socket_stream(one)),
              *AsyncStream::open(loop.loop(), make_socket_stream(two))};
    const std::string data(2'000'000, 'x');
    EXPECT_TRUE(loop.run(pass(&ends, data)) == data);
}

TEST(Connect, SaysAddressAndReason) {
    TestLoop loop;
    Address closed;
    {
        auto listener = listen(*Address::parse("127.0.0.1:0"));
        closed = (*listener)->local_address();
    }
    const auto before = open_descriptors();
    auto refused = loop.run(connect(closed));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::connection_refused);
    EXPECT_EQ(refused.error().message, "cannot connect to " + closed.to_string() + ": Connection refused");
    EXPECT_EQ(loop.run(connect(*Address::parse("unix:/no/such"))).error().code, ErrorCode::not_found);
    EXPECT_EQ(loop.run(connect(Address())).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(loop.run(connect(std::vector<Address>())).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(open_descriptors(), before);
}

TEST(Connect, TriesOneAddressAfterTheOther) {
    TestLoop loop;
    auto listener = listen(*Address::parse("127.0.0.1:0"));
    std::vector<Address> candidates;
    candidates.push_back(*Address::parse("unix:/no/such"));
    candidates.push_back((*listener)->local_address());
    EXPECT_TRUE(loop.run(connect(candidates)));
}

TEST(Connect, GivesUpWhenCancelled) {
    TestLoop loop;
    // A backlog of one place that is taken: further connections wait for an answer that does not come.
    auto listener = listen(*Address::parse("127.0.0.1:0"), {.backlog = 0});
    const Address full = (*listener)->local_address();
    std::vector<std::unique_ptr<Stream>> taken;
    const auto before = open_descriptors();
    for (int i = 0; i < 10; ++i) {
        auto stream = loop.run(timeout(50ms, connect(full)));
        if (!stream) {
            EXPECT_EQ(stream.error().code, ErrorCode::timed_out);
            EXPECT_EQ(open_descriptors(), before + static_cast<std::ptrdiff_t>(taken.size()));
            EXPECT_EQ(loop.loop().backend().watched(), 0U);
            return;
        }
        ASSERT_TRUE(*stream);
        taken.push_back(std::move(**stream));
    }
    FAIL() << "the backlog never filled";
}

std::string resolved(TestLoop& loop, std::string host) {
    auto found = loop.run(resolve(std::move(host), 80));
    if (!found) return std::string(name_of(found.error().code));
    std::string all;
    for (const Address& address : *found) all += address.to_string() + " ";
    return all;
}

TEST(Resolve, AnswersNumbersAndLocalhostAtOnce_Rfc6761_6_3) {
    TestLoop loop(io::make_virtual_backend());
    EXPECT_EQ(resolved(loop, "192.0.2.1"), "192.0.2.1:80 ");
    EXPECT_EQ(resolved(loop, "2001:db8::1"), "[2001:db8::1]:80 ");
    EXPECT_EQ(resolved(loop, "localhost"), "127.0.0.1:80 [::1]:80 ");
    EXPECT_EQ(resolved(loop, ""), "invalid_argument");
    EXPECT_EQ(resolved(loop, "a:b"), "invalid_argument");
    EXPECT_EQ(resolved(loop, std::string("a\0b", 3)), "invalid_argument");
}

TEST(Resolve, LooksNamesUpOnAnotherThread) {
    TestLoop loop;
    // What the system knows differs, so any answer that came back will do.
    const std::string found = resolved(loop, "localhost.localdomain");
    EXPECT_TRUE(found.find("127.0.0.1:80 ") != std::string::npos || found == "not_found" || found == "unavailable")
        << found;
    const std::string none = resolved(loop, "no-such-name.invalid");
    EXPECT_TRUE(none == "not_found" || none == "unavailable") << none;
}

}  // namespace
}  // namespace hyperlane::net
