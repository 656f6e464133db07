#include "file_copy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

namespace hyperlane::net {

IoResult copy_file_part(Stream& to, int fd, std::uint64_t offset, std::size_t count) noexcept {
    if (count == 0) return {};
    std::array<char, 16 * 1024> buffer;
    for (;;) {
        const ssize_t got = ::pread(fd, buffer.data(), std::min(count, buffer.size()), static_cast<off_t>(offset));
        if (got == 0) return {.bytes = 0, .status = IoStatus::end, .os_error = 0};
        if (got > 0) {
            const std::string_view part(buffer.data(), static_cast<std::size_t>(got));
            return to.write_some({&part, 1});
        }
        if (errno != EINTR) return {.bytes = 0, .status = IoStatus::failed, .os_error = errno};
    }
}

}  // namespace hyperlane::net
