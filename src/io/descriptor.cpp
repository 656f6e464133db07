#include <hyperlane/io/descriptor.hpp>

#include <cerrno>

#include <unistd.h>

namespace hyperlane {

void Descriptor::reset(int fd) noexcept {
    if (fd_ >= 0) {
        const int error = errno;
        ::close(fd_);
        errno = error;
    }
    fd_ = fd;
}

namespace io {

// Done at once if the descriptor cannot be watched.
bool WaitReady::begin() {
    if (auto added = loop().backend().add(fd_, interest_, *this); !added) {
        error_ = std::move(added.error());
        return true;
    }
    watching_ = true;
    return false;
}

Result<Readiness> WaitReady::await_resume() {
    throw_if_cancelled();
    if (error_) return std::unexpected(std::move(*error_));
    return told_;
}

void WaitReady::on_ready(Readiness readiness) noexcept {
    told_ = readiness;
    detach();
    resume();
}

void WaitReady::detach() noexcept {
    if (!std::exchange(watching_, false)) return;
    loop().backend().remove(fd_);
    drop_pending();
}

}  // namespace io

}  // namespace hyperlane
