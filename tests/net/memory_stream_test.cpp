#include <hyperlane/net/memory_stream.hpp>
#include "net/support.hpp"

namespace hyperlane::net {
namespace {

TEST(MemoryStream, SplitsEveryReadAndWriteAsAsked) {
    TestLoop loop(io::make_virtual_backend());
    auto pipe = make_memory_pipe(loop.loop(), {.capacity_bytes = 5, .max_read_bytes = 1, .max_write_bytes = 2});
    EXPECT_EQ(write(*pipe.client, "abcdef").bytes, 2U);
    EXPECT_EQ(write(*pipe.client, "cdef").bytes, 2U);
    EXPECT_EQ(write(*pipe.client, "ef").bytes, 1U);
    EXPECT_EQ(write(*pipe.client, "f").status, IoStatus::would_block);
    char buffer[10];
    for (const char expected : std::string("abcde")) {
        EXPECT_EQ(pipe.server->read_some(buffer).bytes, 1U);
        EXPECT_EQ(buffer[0], expected);
    }
    EXPECT_EQ(pipe.server->read_some(buffer).status, IoStatus::would_block);
    EXPECT_EQ(write(*pipe.client, "f").bytes, 1U);
}

TEST(MemoryStream, NeverCallsItsObserverFromWithinACall) {
    TestLoop loop(io::make_virtual_backend());
    auto pipe = make_memory_pipe(loop.loop());
    Recorder server(*pipe.server);
    EXPECT_EQ(write(*pipe.client, "x").bytes, 1U);
    ASSERT_TRUE(pipe.server->attach(loop.loop(), server));
    pipe.server->set_write_interest(true);
    pipe.client->close(true);
    EXPECT_EQ(server.readable + server.writable + server.failures, 0);
    loop.settle();
    EXPECT_GT(server.readable, 0);
}

TEST(MemoryStream, HasTheAddressesThatItWasGiven) {
    TestLoop loop(io::make_virtual_backend());
    MemoryPipeOptions options;
    options.client_address = *Address::parse("192.0.2.1:4000");
    options.server_address = *Address::parse("192.0.2.2:80");
    auto pipe = make_memory_pipe(loop.loop(), options);
    EXPECT_EQ(pipe.server->peer_address().to_string(), "192.0.2.1:4000");
    EXPECT_EQ(pipe.client->peer_address().to_string(), "192.0.2.2:80");
    EXPECT_EQ(pipe.client->local_address().to_string(), "192.0.2.1:4000");
}

}  // namespace
}  // namespace hyperlane::net
