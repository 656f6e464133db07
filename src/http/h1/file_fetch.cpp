#include "http/h1/file_fetch.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace hyperlane::http::h1 {

namespace {

constexpr std::uint64_t probe_every_bytes = 256 * 1024;

// struct cachestat_range and struct cachestat of the kernel, which C libraries do not have yet.
struct CacheRange {
    std::uint64_t offset;
    std::uint64_t bytes;
};
struct CacheStat {
    std::uint64_t cached;
    std::uint64_t dirty;
    std::uint64_t writeback;
    std::uint64_t evicted;
    std::uint64_t recently_evicted;
};
constexpr long cachestat_number = 451;

std::optional<bool> ask_cachestat(int fd, std::uint64_t offset, std::uint64_t bytes) noexcept {
    static const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const CacheRange range{.offset = offset, .bytes = bytes};
    CacheStat stat{};
    if (::syscall(cachestat_number, fd, &range, &stat, 0U) != 0) return std::nullopt;
    const std::uint64_t pages = (offset + bytes - 1) / page_bytes - offset / page_bytes + 1;
    return stat.cached >= pages;
}

bool is_byte_cached(int fd, std::uint64_t offset) noexcept {
    char byte = 0;
    const iovec into{.iov_base = &byte, .iov_len = 1};
    for (;;) {
        // Nothing read means that the file ends before this byte: there is nothing to wait for.
        if (::preadv2(fd, &into, 1, static_cast<off_t>(offset), RWF_NOWAIT) >= 0) return true;
        if (errno != EINTR) return false;
    }
}

}  // namespace

bool is_cached(int fd, std::uint64_t offset, std::uint64_t bytes) noexcept {
    if (bytes == 0) return true;
    if (const auto cached = ask_cachestat(fd, offset, bytes)) return *cached;
    for (std::uint64_t at = 0; at < bytes; at += probe_every_bytes) {
        if (!is_byte_cached(fd, offset + at)) return false;
    }
    return is_byte_cached(fd, offset + bytes - 1);
}

void fetch_into_cache(const std::shared_ptr<OpenFile>& file, std::uint64_t offset, std::uint64_t bytes) noexcept {
    ::posix_fadvise(file->fd(), static_cast<off_t>(offset), static_cast<off_t>(2 * bytes), POSIX_FADV_WILLNEED);
    std::array<char, 32 * 1024> unused;
    for (std::uint64_t done = 0; done < bytes;) {
        const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(unused.size(), bytes - done));
        const ssize_t got = ::pread(file->fd(), unused.data(), step, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return;  // sending will find out what is wrong
        done += static_cast<std::uint64_t>(got);
    }
}

}  // namespace hyperlane::http::h1
