#pragma once

/// The twin of a socket in memory: two connected streams on one loop, for tests that need neither descriptors nor real
/// time. Its bounds can be set so small that every message is split everywhere.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/net/stream.hpp>

#include <cstddef>
#include <cstdint>

namespace hyperlane::net {

struct MemoryPipeOptions {
    /// Bytes on their way in each direction before a write would block. At least 1.
    std::size_t capacity_bytes = 64 * 1024;
    /// At most so many bytes per read or write. At least 1.
    std::size_t max_read_bytes = SIZE_MAX;
    std::size_t max_write_bytes = SIZE_MAX;
    Address client_address = {};
    Address server_address = {};
};

struct MemoryPipe {
    std::unique_ptr<Stream> client;
    std::unique_ptr<Stream> server;
};

/// Both ends may be used before they are attached, and without. Observers are called from the loop's queue, as often
/// as a level-triggered socket would: while an end is ready and somebody is interested, once a turn.
///
/// Closing behaves as on a socket, but at once: the peer reads what was sent and then the end, and its writes say
/// `end`. After `close(true)` it gets ECONNRESET instead, and what was on its way is lost.
///
/// in       loop: outlives both ends
[[nodiscard]] MemoryPipe make_memory_pipe(Loop& loop, MemoryPipeOptions options = {});

}  // namespace hyperlane::net
