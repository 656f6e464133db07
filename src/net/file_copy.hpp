#pragma once

/// Sending a file by reading it, where the system cannot do it by itself.

#include <hyperlane/net/stream.hpp>

namespace hyperlane::net {

/// The contract of `Stream::send_file`, by way of a buffer on the stack: at most 16 KiB a call.
[[nodiscard]] IoResult copy_file_part(Stream& to, int fd, std::uint64_t offset, std::size_t count) noexcept;

}  // namespace hyperlane::net
