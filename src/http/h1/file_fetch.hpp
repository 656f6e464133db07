#pragma once

/// Keeps the loop from waiting for a disk: `sendfile` does when what it sends is not in the page cache.

#include <hyperlane/http/body.hpp>

#include <cstdint>
#include <memory>

namespace hyperlane::http::h1 {

/// Would reading these bytes wait for a disk?
///
/// returns  true if they are in the page cache; false also where the system cannot tell: some file systems, holes in
///          memory file systems. Without cachestat (before Linux 6.5, or files of others) one page in 256 KiB and the
///          last one are looked at, so that a piece between them that was evicted on its own is overlooked, and waited
///          for
/// cost     one system call, some 5 µs for 1 MiB; else one for each 256 KiB
[[nodiscard]] bool is_cached(int fd, std::uint64_t offset, std::uint64_t bytes) noexcept;

/// Read the bytes into the page cache, and start the disk on what follows them. Blocks: for a thread of the pool.
void fetch_into_cache(const std::shared_ptr<OpenFile>& file, std::uint64_t offset, std::uint64_t bytes) noexcept;

}  // namespace hyperlane::http::h1
