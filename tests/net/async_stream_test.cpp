#include <hyperlane/net/async_stream.hpp>
#include <hyperlane/net/connect.hpp>
#include <hyperlane/net/dns.hpp>
#include <hyperlane/net/memory_stream.hpp>
#include "io/hog.hpp"

#include <array>
#include <utility>

#include <gtest/gtest.h>

namespace hyperlane::net {
namespace {

using hyperlane::testing::expect_shared;

class ReadyStreams : public ::testing::Test {
protected:
    Loop loop{io::make_virtual_backend()};
    MemoryPipe pipe = make_memory_pipe(loop);
    AsyncStream client = *AsyncStream::open(loop, std::move(pipe.client));
    AsyncStream server = *AsyncStream::open(loop, std::move(pipe.server));
};

Task<> write_and_read(AsyncStream* from, AsyncStream* to) {
    std::array<char, 10> buffer;
    const auto written = co_await from->write_all("x");
    const auto read = co_await to->read_some(buffer);
    EXPECT_TRUE(written && read);
}

Task<> read_the_end(AsyncStream* from) {
    std::array<char, 10> buffer;
    (void)co_await from->read_some(buffer);
}

TEST_F(ReadyStreams, ShareTheLoopWithOthers) {
    expect_shared(loop, [this] { return write_and_read(&client, &server); }, 2);
    client.shutdown_write();
    expect_shared(loop, [this] { return read_the_end(&server); });
    expect_shared(loop, [this] { return client.write_all("x"); });
}

TEST_F(ReadyStreams, ShareTheLoopWhenTheyHaveFailed) {
    client.close(true);
    expect_shared(loop, [this] { return read_the_end(&server); });
    expect_shared(loop, [this] { return server.write_all("x"); });
    expect_shared(loop, [this] { return client.write_all("x"); });
}

TEST_F(ReadyStreams, OfNamesAndAddressesThatNeedNoWaitingShareTheLoop) {
    expect_shared(loop, [] { return resolve("localhost", 80); });
    expect_shared(loop, [] { return resolve("127.0.0.1", 80); });
    expect_shared(loop, [] { return resolve("", 80); });
    expect_shared(loop, [] { return connect(Address()); });
}

}  // namespace
}  // namespace hyperlane::net
