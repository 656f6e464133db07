#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/net/connect.hpp>
#include <hyperlane/net/socket_stream.hpp>
#include "bind.hpp"
#include "sockaddr.hpp"

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include <sys/socket.h>

namespace hyperlane::net {

namespace {

int pending_error(int fd) noexcept {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

std::unexpected<Error> cannot_connect(const Address& to, int error) {
    return fail_errno(error, "cannot connect to " + to.to_string());
}

}  // namespace

Task<Result<std::unique_ptr<Stream>>> connect(Address to) {
    co_await yield_when_due();  // a Unix socket connects at once
    if (to.kind() == Address::Kind::none) co_return fail(ErrorCode::invalid_argument, "no address to connect to");
    const SocketAddress native = to_sockaddr(to);
    Descriptor socket(::socket(native.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) co_return cannot_connect(to, errno);
    if (to.is_ip()) set_no_delay(socket.get());

    int error = ::connect(socket.get(), native.get(), native.length) == 0 ? 0 : errno;
    // A connect that a signal has interrupted goes on by itself (POSIX).
    if (error == EINPROGRESS || error == EINTR) {
        auto ready = co_await writable(socket.get());
        if (!ready) co_return std::unexpected(std::move(ready.error()));
        error = pending_error(socket.get());
    }
    if (error != 0) co_return cannot_connect(to, error);
    co_return make_socket_stream(socket.release(), std::move(to));
}

Task<Result<std::unique_ptr<Stream>>> connect(std::vector<Address> candidates) {
    Result<std::unique_ptr<Stream>> result = fail(ErrorCode::invalid_argument, "no address to connect to");
    for (Address& to : candidates) {
        result = co_await connect(std::move(to));
        if (result) break;
    }
    co_return result;
}

}  // namespace hyperlane::net
