#include "bind.hpp"
#include "sockaddr.hpp"

#include <cerrno>
#include <string>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hyperlane::net {

namespace {

constexpr int socket_flags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
constexpr int deferred_seconds = 1;  // the shortest there is

int family_of(Address::Kind kind) noexcept {
    switch (kind) {
        case Address::Kind::ipv4: return AF_INET;
        case Address::Kind::ipv6: return AF_INET6;
        case Address::Kind::unix_socket: return AF_UNIX;
        case Address::Kind::none: break;
    }
    return AF_UNSPEC;
}

std::string_view hint_for(const Address& address, int error) noexcept {
    if (error == EACCES && address.is_ip()) return " (ports below 1024 need CAP_NET_BIND_SERVICE)";
    if (error == EADDRNOTAVAIL) return " (no network interface has this address)";
    if (error == EAFNOSUPPORT && address.kind() == Address::Kind::ipv6) return " (IPv6 is switched off)";
    return {};
}

std::unexpected<Error> cannot_listen(const Address& address, int error) {
    Error reason = Error::from_errno(error, "cannot listen on " + address.to_string());
    reason.message += hint_for(address, error);
    return std::unexpected(std::move(reason));
}

std::unexpected<Error> cannot_listen(const Address& address, ErrorCode code, std::string_view why) {
    return fail(code, "cannot listen on " + address.to_string() + ": " + std::string(why));
}

int set_option(int fd, int level, int name, int value) noexcept {
    return ::setsockopt(fd, level, name, &value, sizeof value) == 0 ? 0 : errno;
}

int set_options(int fd, const Address& address, const ListenOptions& options) noexcept {
    if (!address.is_ip()) return 0;
    if (const int error = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1)) return error;
    if (options.reuse_port) {
        if (const int error = set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1)) return error;
    }
    // A system that cannot defer hands its connections over at once, and nothing else is different.
    if (options.defer_accept) set_option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, deferred_seconds);
    if (address.kind() == Address::Kind::ipv6) {
        if (const int error = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, options.ipv6_only ? 1 : 0)) return error;
    }
    set_no_delay(fd);
    return 0;
}

bool has_file(const Address& address) noexcept {
    return address.kind() == Address::Kind::unix_socket && !address.path().starts_with('@');
}

int bind_to(int fd, const SocketAddress& to) noexcept { return ::bind(fd, to.get(), to.length) == 0 ? 0 : errno; }

/// Whether somebody accepts connections there; a full backlog counts.
bool somebody_listens(const SocketAddress& at) noexcept {
    const Descriptor probe(::socket(AF_UNIX, socket_flags, 0));
    return !probe || ::connect(probe.get(), at.get(), at.length) == 0 || errno != ECONNREFUSED;
}

/// Bind where a file already exists, if it is a socket that its server has left behind.
Result<> replace_stale_file(int fd, const Address& address, const SocketAddress& native) {
    const std::string path(address.path());
    struct stat found{};
    if (::lstat(path.c_str(), &found) == 0) {
        if (!S_ISSOCK(found.st_mode)) {
            return cannot_listen(address, ErrorCode::already_exists, "the file exists and is not a socket");
        }
        if (somebody_listens(native)) return cannot_listen(address, EADDRINUSE);
        ::unlink(path.c_str());
    }
    if (const int error = bind_to(fd, native)) return cannot_listen(address, error);
    return {};
}

Result<SocketFile> claim_file(const Address& address, const ListenOptions& options) {
    SocketFile file{.path = std::string(address.path())};
    struct stat made{};
    if (::lstat(file.path.c_str(), &made) != 0) return cannot_listen(address, errno);
    file.device = made.st_dev;
    file.inode = made.st_ino;
    // Nobody can connect before listen(), so there is no moment with other permissions than these.
    if (options.unix_mode && ::chmod(file.path.c_str(), static_cast<mode_t>(*options.unix_mode)) != 0) {
        const int error = errno;
        file.remove();
        return cannot_listen(address, error);
    }
    return file;
}

}  // namespace

void set_no_delay(int fd) noexcept { set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1); }

bool defers_accept(int fd) noexcept {
    int seconds = 0;
    socklen_t size = sizeof seconds;
    return ::getsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, &size) == 0 && seconds > 0;
}

void SocketFile::remove() noexcept {
    struct stat found{};
    if (path.empty() || ::lstat(path.c_str(), &found) != 0) return;
    if (found.st_dev == device && found.st_ino == inode) ::unlink(path.c_str());
    path.clear();
}

Result<BoundSocket> bind_and_listen(const Address& address, const ListenOptions& options) {
    if (address.kind() == Address::Kind::none || (!address.is_ip() && address.path().empty())) {
        return cannot_listen(address, ErrorCode::invalid_argument, "this is no address to listen on");
    }
    BoundSocket bound;
    bound.socket = Descriptor(::socket(family_of(address.kind()), socket_flags, 0));
    const int fd = bound.socket.get();
    if (fd < 0) return cannot_listen(address, errno);
    if (const int error = set_options(fd, address, options)) return cannot_listen(address, error);

    const SocketAddress native = to_sockaddr(address);
    if (const int error = bind_to(fd, native)) {
        if (error != EADDRINUSE || !has_file(address)) return cannot_listen(address, error);
        if (auto replaced = replace_stale_file(fd, address, native); !replaced)
            return std::unexpected(replaced.error());
    }
    if (has_file(address)) {
        auto file = claim_file(address, options);
        if (!file) return std::unexpected(std::move(file.error()));
        bound.file = std::move(*file);
    }
    if (::listen(fd, options.backlog) != 0) {
        const int error = errno;
        bound.file.remove();
        return cannot_listen(address, error);
    }
    return bound;
}

}  // namespace hyperlane::net
