#pragma once

/// Listening sockets handed over by the service manager (systemd socket activation): LISTEN_PID names the process they
/// are meant for, LISTEN_FDS says how many there are, and they start at descriptor 3.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/net/listener.hpp>

#include <vector>

namespace hyperlane::net {

/// Adopt the sockets meant for this process. They are closed on exec, and the variables are removed from the
/// environment, so that no child takes them for its own and a second call finds none.
///
/// returns  none when the variables are absent or name another process
/// errors   invalid_argument when the variables are malformed or a descriptor is no listening stream socket
/// threads  changes the environment: call it before there are others
/// source   sd_listen_fds(3)
[[nodiscard]] Result<std::vector<std::unique_ptr<Listener>>> adopt_listen_fds();

}  // namespace hyperlane::net
