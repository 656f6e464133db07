#include <hyperlane/io/log.hpp>
#include <hyperlane/net/listener.hpp>
#include <hyperlane/net/socket_stream.hpp>
#include "bind.hpp"
#include "sockaddr.hpp"

#include <cassert>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>

namespace hyperlane::net {

namespace {

using std::chrono::operator""ms;
using std::chrono::operator""s;

constexpr int accepted_per_event = 64;  // then the connections that are there already get their turn
constexpr Duration retry_after = 100ms;
constexpr Duration warn_at_most_every = 10s;

/// Errors that belong to the one connection that was about to be accepted (accept(2)), not to the listener.
bool concerns_one_connection(int error) noexcept {
    switch (error) {
        case EINTR:
        case ECONNABORTED:
        case EPERM:
        case EPROTO:
        case ENOPROTOOPT:
        case EOPNOTSUPP:
        case ENETDOWN:
        case ENETUNREACH:
        case ENONET:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case ETIMEDOUT: return true;
        default: return false;
    }
}

class SocketListener final : public Listener, io::Watcher, io::Timer {
public:
    SocketListener(Descriptor socket, SocketFile file)
        : socket_(std::move(socket)),
          file_(std::move(file)),
          address_(local_address_of(socket_.get())),
          first_bytes_(defers_accept(socket_.get()) ? FirstBytes::likely_here : FirstBytes::to_come) {}
    ~SocketListener() override { SocketListener::close(); }

    Result<> start(Loop& loop, Acceptor& acceptor) override;
    void pause() noexcept override;
    void resume() noexcept override;
    void descriptor_freed() noexcept override;
    void close() noexcept override;
    [[nodiscard]] Result<std::unique_ptr<Listener>> duplicate() const override;
    [[nodiscard]] const Address& local_address() const noexcept override { return address_; }

private:
    void on_ready(io::Readiness readiness) noexcept override;
    void on_timer() noexcept override { watch(); }
    [[nodiscard]] bool accept_one() noexcept;
    void watch() noexcept;
    void unwatch() noexcept;
    void back_off(int error) noexcept;

    Descriptor socket_;
    SocketFile file_;
    Address address_;
    FirstBytes first_bytes_;
    Loop* loop_ = nullptr;
    Acceptor* acceptor_ = nullptr;
    TimePoint next_warning_{};
    bool paused_ = false;
    bool watching_ = false;
};

Result<> SocketListener::start(Loop& loop, Acceptor& acceptor) {
    assert(loop_ == nullptr && "started twice");
    if (!socket_) return fail(ErrorCode::closed, "the listener on " + address_.to_string() + " is closed");
    if (!paused_) {
        if (auto added = loop.backend().add(socket_.get(), {.readable = true}, *this); !added) return added;
        watching_ = true;
    }
    loop_ = &loop;
    acceptor_ = &acceptor;
    return {};
}

void SocketListener::pause() noexcept {
    paused_ = true;
    unwatch();
}

void SocketListener::resume() noexcept {
    paused_ = false;
    watch();
}

void SocketListener::descriptor_freed() noexcept {
    if (!armed()) [[likely]]
        return;
    watch();
}

void SocketListener::close() noexcept {
    unwatch();
    file_.remove();
    socket_.reset();
}

Result<std::unique_ptr<Listener>> SocketListener::duplicate() const {
    Descriptor copy(::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) return fail_errno(errno, "cannot share the listener on " + address_.to_string());
    return std::make_unique<SocketListener>(std::move(copy), SocketFile{});
}

void SocketListener::on_ready(io::Readiness) noexcept {
    for (int i = 0; i < accepted_per_event && watching_; ++i) {
        if (!accept_one()) return;
    }
}

/// returns  whether there may be another one
bool SocketListener::accept_one() noexcept {
    SocketAddress peer;
    peer.length = sizeof peer.storage;
    const int fd = ::accept4(socket_.get(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) [[likely]] {
        acceptor_->on_accept(make_socket_stream(fd, from_sockaddr(peer), first_bytes_));
        return true;
    }
    // Another loop that shares the socket may have been faster.
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
    if (concerns_one_connection(errno)) return true;
    back_off(errno);
    return false;
}

void SocketListener::watch() noexcept {
    if (loop_ == nullptr || !socket_ || paused_ || watching_) return;
    loop_->disarm(*this);
    if (auto added = loop_->backend().add(socket_.get(), {.readable = true}, *this); !added) {
        back_off(added.error().os_error);
        return;
    }
    watching_ = true;
}

void SocketListener::unwatch() noexcept {
    if (loop_ == nullptr) return;
    loop_->disarm(*this);
    if (std::exchange(watching_, false)) loop_->backend().remove(socket_.get());
    drop_pending();
}

void SocketListener::back_off(int error) noexcept {
    unwatch();
    loop_->arm(*this, loop_->now() + retry_after);
    if (loop_->now() < next_warning_) return;
    next_warning_ = loop_->now() + warn_at_most_every;
    std::string message = Error::from_errno(error, "cannot accept on " + address_.to_string()).message;
    if (error == EMFILE) message += " (ulimit -n raises the limit)";
    log(LogLevel::warn, message + "; connections wait until there is room");
}

}  // namespace

Result<std::unique_ptr<Listener>> listen(const Address& address, ListenOptions options) {
    auto bound = bind_and_listen(address, options);
    if (!bound) return std::unexpected(std::move(bound.error()));
    return std::make_unique<SocketListener>(std::move(bound->socket), std::move(bound->file));
}

Result<std::unique_ptr<Listener>> adopt_listener(int fd) {
    Descriptor socket(fd);
    const std::string name = "descriptor " + std::to_string(fd);
    int type = 0;
    int listening = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return fail_errno(errno, "cannot listen on " + name);
    size = sizeof listening;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0 || type != SOCK_STREAM) {
        return fail(ErrorCode::invalid_argument, "cannot listen on " + name + ": it is not a listening stream socket");
    }
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        return fail_errno(errno, "cannot listen on " + name);
    }
    set_no_delay(fd);
    return std::make_unique<SocketListener>(std::move(socket), SocketFile{});
}

}  // namespace hyperlane::net
