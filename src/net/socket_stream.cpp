#include <hyperlane/net/socket_stream.hpp>
#include "file_copy.hpp"
#include "sockaddr.hpp"

#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace hyperlane::net {

namespace {

constexpr std::size_t gathered_parts = 64;

IoResult stopped(int error, IoStatus on_closed) noexcept {
    // After a signal the loop says once more what is ready. Trying again in place would be a loop around each call, for
    // which clang saves every register first (`bench instructions --preset clang`).
    if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR)
        return {.bytes = 0, .status = IoStatus::would_block, .os_error = error};
    if (error == EPIPE) return {.bytes = 0, .status = on_closed, .os_error = error};
    return {.bytes = 0, .status = IoStatus::failed, .os_error = error};
}

class SocketStream final : public Stream, io::Watcher, io::Ready {
public:
    SocketStream(int fd, Address peer, FirstBytes first_bytes) noexcept
        : fd_(fd), first_bytes_(first_bytes), peer_(std::move(peer)) {}
    SocketStream(const SocketStream&) = delete;
    SocketStream& operator=(const SocketStream&) = delete;
    ~SocketStream() override { SocketStream::close(false); }

    Result<> attach(Loop& loop, StreamObserver& observer) override;
    void set_observer(StreamObserver& observer) noexcept override { observer_ = &observer; }
    void set_read_interest(bool wanted) noexcept override;
    void set_write_interest(bool wanted) noexcept override;

    [[nodiscard]] IoResult read_some(std::span<char> into) noexcept override;
    [[nodiscard]] IoResult write_some(std::span<const std::string_view> parts) noexcept override;
    [[nodiscard]] IoResult send_file(int fd, std::uint64_t offset, std::size_t count) noexcept override;

    void shutdown_write() noexcept override;
    void close(bool reset) noexcept override;

    [[nodiscard]] Address peer_address() const override { return peer_; }
    [[nodiscard]] Address local_address() const override { return fd_ < 0 ? Address() : local_address_of(fd_); }

private:
    void on_ready(io::Readiness readiness) noexcept override;
    void on_turn() noexcept override;
    void on_unwanted(io::Readiness readiness) noexcept;
    [[nodiscard]] Result<> enter_backend() noexcept;
    void update_registration() noexcept;
    void leave_backend() noexcept;
    [[nodiscard]] bool connection_failed() noexcept;
    [[nodiscard]] IoResult read_stopped(ssize_t got, int error) noexcept;
    [[nodiscard]] IoResult send_one(std::string_view part) noexcept;
    [[nodiscard]] IoResult send_gathered(std::span<const std::string_view> parts) noexcept;

    int fd_;
    int error_ = 0;  // an error that was taken from the socket to look at it, kept for the next read
    const FirstBytes first_bytes_;
    bool wants_read_ = false;
    bool wants_write_ = false;
    bool in_backend_ = false;
    bool write_shut_ = false;
    bool end_known_ = false;      // the observer knows that the peer sends no more
    bool failure_known_ = false;  // the observer knows that the connection has failed
    bool nothing_left_ = false;   // the end or a failure was read: on_readable has no use any more
    io::Readiness registered_;
    Loop* loop_ = nullptr;
    StreamObserver* observer_ = nullptr;
    Address peer_;
};

Result<> SocketStream::attach(Loop& loop, StreamObserver& observer) {
    assert(loop_ == nullptr && "attached twice");
    if (fd_ < 0) return fail(ErrorCode::closed, "the stream is closed");
    loop_ = &loop;
    observer_ = &observer;
    wants_read_ = true;
    if (first_bytes_ == FirstBytes::to_come) return enter_backend();
    loop.enqueue(*this);
    return {};
}

Result<> SocketStream::enter_backend() noexcept {
    registered_ = {.readable = wants_read_, .writable = wants_write_, .peer_closed = !end_known_};
    auto added = loop_->backend().add(fd_, registered_, *this);
    in_backend_ = added.has_value();
    return added;
}

/// The first turn of a stream whose first bytes are here.
void SocketStream::on_turn() noexcept {
    if (fd_ < 0) return;
    if (wants_read_) observer_->on_readable();
    if (fd_ < 0 || in_backend_ || enter_backend()) return;
    // Nobody would hear of this connection again: what it is waiting for comes now, as the end.
    ::shutdown(fd_, SHUT_RDWR);
    if (wants_read_) observer_->on_readable();
    if (fd_ >= 0) observer_->on_peer_closed(true);
}

void SocketStream::set_read_interest(bool wanted) noexcept {
    wants_read_ = wanted && !nothing_left_;
    if (wants_read_ && !registered_.readable) update_registration();
}

void SocketStream::set_write_interest(bool wanted) noexcept {
    if (std::exchange(wants_write_, wanted) != wanted) update_registration();
}

/// Bring the registration in line with what is wanted.
void SocketStream::update_registration() noexcept {
    if (fd_ < 0 || loop_ == nullptr) return;
    const io::Readiness wanted{.readable = wants_read_, .writable = wants_write_, .peer_closed = !end_known_};
    if (!in_backend_) {
        if (!wants_read_ && !wants_write_) return;
        // Can fail only when the system has no memory left for the place that this descriptor had a moment ago. The
        // connection is over at this point (see leave_backend), so nothing is lost but the last bytes of the peer.
        if (!loop_->backend().add(fd_, wanted, *this)) return;
        in_backend_ = true;
    } else if (wanted != registered_) {
        [[maybe_unused]] const auto changed = loop_->backend().modify(fd_, wanted, *this);
        assert(changed);
    }
    registered_ = wanted;
}

/// A failed or fully closed socket is reported whatever is registered; only leaving keeps the loop from spinning.
void SocketStream::leave_backend() noexcept {
    if (std::exchange(in_backend_, false)) loop_->backend().remove(fd_);
    drop_pending();
    registered_ = {};
}

void SocketStream::on_ready(io::Readiness readiness) noexcept {
    if (readiness.readable || readiness.peer_closed || readiness.failed) {
        if (wants_read_) [[likely]] {
            observer_->on_readable();
        } else {
            on_unwanted(readiness);
        }
    }
    // Closed by its observer, or not interested any more: nothing is written then.
    if (wants_write_ && (readiness.writable || readiness.failed) && fd_ >= 0) observer_->on_writable();
}

void SocketStream::on_unwanted(io::Readiness readiness) noexcept {
    const bool failed = readiness.failed && connection_failed();
    const bool tell_failure = failed && !failure_known_;
    const bool tell_end = !failed && readiness.peer_closed && !end_known_;
    if (failed) failure_known_ = true;
    if (readiness.peer_closed || failed) end_known_ = true;

    if (readiness.failed) {
        leave_backend();
    } else {
        update_registration();
    }
    if (tell_failure || tell_end) observer_->on_peer_closed(tell_failure);
}

/// Both directions closed looks like a failure to epoll; it is none when this side has closed its own.
bool SocketStream::connection_failed() noexcept {
    if (!write_shut_ || error_ != 0) return true;
    socklen_t size = sizeof error_;
    if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error_, &size) != 0) error_ = errno;
    return error_ != 0;
}

IoResult SocketStream::read_some(std::span<char> into) noexcept {
    // Zero bytes received would look like the end.
    if (into.empty()) [[unlikely]]
        return {};
    const ssize_t got = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
    if (got > 0) [[likely]]
        return {.bytes = static_cast<std::size_t>(got)};
    return read_stopped(got, errno);
}

IoResult SocketStream::read_stopped(ssize_t got, int error) noexcept {
    IoResult result{.bytes = 0, .status = IoStatus::end, .os_error = 0};
    if (got < 0) {
        result = stopped(error, IoStatus::failed);
    } else if (error_ != 0) {
        result = {.bytes = 0, .status = IoStatus::failed, .os_error = std::exchange(error_, 0)};
    }
    if (result.status == IoStatus::would_block) return result;
    nothing_left_ = end_known_ = true;
    failure_known_ = failure_known_ || result.status == IoStatus::failed;
    wants_read_ = false;
    return result;
}

IoResult SocketStream::write_some(std::span<const std::string_view> parts) noexcept {
    return parts.size() == 1 ? send_one(parts[0]) : send_gathered(parts);
}

IoResult SocketStream::send_one(std::string_view part) noexcept {
    if (part.empty()) [[unlikely]]
        return {};
    const ssize_t sent = ::send(fd_, part.data(), part.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) [[likely]]
        return {.bytes = static_cast<std::size_t>(sent)};
    return stopped(errno, IoStatus::end);
}

IoResult SocketStream::send_gathered(std::span<const std::string_view> parts) noexcept {
    std::array<iovec, gathered_parts> vectors;
    std::size_t count = 0;
    for (const std::string_view part : parts) {
        if (part.empty()) continue;
        if (count == vectors.size()) break;  // a short write; the caller comes back with the rest
        vectors[count++] = {.iov_base = const_cast<char*>(part.data()), .iov_len = part.size()};
    }
    if (count == 0) return {};
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) [[likely]]
        return {.bytes = static_cast<std::size_t>(sent)};
    return stopped(errno, IoStatus::end);
}

IoResult SocketStream::send_file(int fd, std::uint64_t offset, std::size_t count) noexcept {
    if (count == 0) return {};
    auto from = static_cast<off_t>(offset);
    const ssize_t sent = ::sendfile(fd_, fd, &from, count);
    if (sent > 0) return {.bytes = static_cast<std::size_t>(sent)};
    if (sent == 0) return {.bytes = 0, .status = IoStatus::end, .os_error = 0};
    // What is not in the page cache, such as /proc, has to be copied.
    if (errno == EINVAL || errno == ENOSYS) return copy_file_part(*this, fd, offset, count);
    return stopped(errno, IoStatus::end);
}

void SocketStream::shutdown_write() noexcept {
    if (fd_ < 0 || std::exchange(write_shut_, true)) return;
    ::shutdown(fd_, SHUT_WR);
}

void SocketStream::close(bool reset) noexcept {
    if (fd_ < 0) return;
    // Removed by hand: closing does it only when no other process has a copy, and a program that the application
    // has just forked may have one for a moment. Events would go on to come for an object that is gone.
    if (in_backend_) leave_backend();
    if (reset) {
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    ::close(std::exchange(fd_, -1));
    wants_read_ = wants_write_ = false;
}

}  // namespace

std::unique_ptr<Stream> make_socket_stream(int fd, Address peer, FirstBytes first_bytes) {
    if (peer.kind() == Address::Kind::none) peer = peer_address_of(fd);
    return std::make_unique<SocketStream>(fd, std::move(peer), first_bytes);
}

}  // namespace hyperlane::net
