#pragma once

/// Where coroutine frames come from: free lists per thread, so that awaiting in a steady state allocates nothing.

#include <cstddef>

namespace hyperlane::io {

/// A frame may be released by another thread than allocated it; the block then stays with that thread.
[[nodiscard]] void* allocate_frame(std::size_t bytes);
void release_frame(void* frame, std::size_t bytes) noexcept;

}  // namespace hyperlane::io
