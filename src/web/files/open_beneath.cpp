#include "web/files/open_beneath.hpp"

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hyperlane::web {

namespace {

// Not to wait for the writer of a pipe, and not to get a terminal that controls this process.
constexpr int read_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// struct open_how and RESOLVE_* of the kernel, which C libraries do not have yet.
struct OpenHow {
    std::uint64_t flags;
    std::uint64_t mode;
    std::uint64_t resolve;
};
constexpr std::uint64_t resolve_no_magic_links = 0x02;
constexpr std::uint64_t resolve_no_symlinks = 0x04;
constexpr std::uint64_t resolve_beneath = 0x08;
constexpr long openat2_number = 437;

int call_openat2(int root, const std::string& path, bool symlinks) noexcept {
    OpenHow how{.flags = read_flags, .mode = 0, .resolve = resolve_beneath | resolve_no_magic_links};
    if (!symlinks) how.resolve |= resolve_no_symlinks;
    // EAGAIN: something was renamed meanwhile, so that the kernel cannot tell whether ".." of a link stays below.
    for (int tries = 0; tries < 8; ++tries) {
        const long fd = ::syscall(openat2_number, root, path.c_str(), &how, sizeof how);
        if (fd >= 0) return static_cast<int>(fd);
        if (errno != EAGAIN && errno != EINTR) return -1;
    }
    return -1;
}

bool may_serve_segment(std::string_view segment, bool first, bool well_known) noexcept {
    if (segment.empty()) return false;
    if (segment.front() == '.') return first && well_known && segment == ".well-known";
    return segment.find('\\') == std::string_view::npos && segment.find('\0') == std::string_view::npos;
}

}  // namespace

std::optional<CheckedPath> check_path(std::string_view path, bool well_known) {
    CheckedPath checked;
    checked.names_directory = path.empty() || path.ends_with('/');
    if (path.empty()) return checked;
    if (checked.names_directory) path.remove_suffix(1);
    checked.text = path;
    for (std::size_t at = 0;;) {
        const std::size_t slash = path.find('/', at);
        if (!may_serve_segment(path.substr(at, slash - at), at == 0, well_known)) return std::nullopt;
        if (slash == std::string_view::npos) return checked;
        at = slash + 1;
    }
}

Descriptor open_root(const std::string& path) {
    Descriptor root(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (root) return root;
    const int error = errno;
    std::error_code ignored;
    const auto from = std::filesystem::current_path(ignored).string();
    const std::string where = path.starts_with('/') ? "" : " (from " + from + ")";
    throw std::system_error(error, std::generic_category(),
                            "static files: cannot open the directory \"" + path + "\"" + where);
}

Descriptor open_below(int root, const std::string& path, bool symlinks) noexcept {
    const int fd = call_openat2(root, path, symlinks);
    // Sandboxes that do not know the call answer EPERM.
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) return walk_below(root, path);
    return Descriptor(fd);
}

Descriptor walk_below(int root, const std::string& path) noexcept {
    Descriptor directory;
    std::string name;
    for (std::size_t at = 0;;) {
        const std::size_t slash = path.find('/', at);
        const int from = directory ? directory.get() : root;
        name.assign(path, at, slash == std::string::npos ? slash : slash - at);
        if (slash == std::string::npos) return Descriptor(::openat(from, name.c_str(), read_flags | O_NOFOLLOW));
        const int next = ::openat(from, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0) return {};
        directory.reset(next);
        at = slash + 1;
    }
}

}  // namespace hyperlane::web
