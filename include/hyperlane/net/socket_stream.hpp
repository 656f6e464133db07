#pragma once

/// A `Stream` over a connected TCP or Unix socket.
///
/// The descriptor is registered once. Losing interest in reading costs nothing until an unwanted event really comes;
/// reading is then left out of the registration until it is wanted again. A peer that has closed is reported once and
/// never makes the loop spin, although its descriptor stays ready: not even when the observer keeps its interest after
/// it has read the end or a failure, for `on_readable` is not called any more after those.
///
/// Sends never raise SIGPIPE. Sending a file would, and cannot be told not to: the epoll backend makes the process
/// ignore that signal.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/net/stream.hpp>

namespace hyperlane::net {

/// Whether reading at once is worth it.
enum class FirstBytes : bool {
    to_come,
    likely_here,  ///< `on_readable` is called in the turn of `attach`, and only then the descriptor registered
};

/// in       fd: a connected, non-blocking stream socket, owned by the stream from now on;
///          peer: its address, asked from the system when it is not given
/// cost     read_some, write_some and send_file are one system call each; no allocation. With `likely_here` a
///          connection that is closed after its first request never costs a registration
[[nodiscard]] std::unique_ptr<Stream> make_socket_stream(int fd, Address peer = {},
                                                         FirstBytes first_bytes = FirstBytes::to_come);

}  // namespace hyperlane::net
