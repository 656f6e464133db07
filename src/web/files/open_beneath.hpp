#pragma once

/// Opening files below a directory, and nowhere else.

#include <hyperlane/io/descriptor.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hyperlane::web {

/// A path that may be looked for: relative, without "." and "..", without slash at its end; empty for the root.
struct CheckedPath {
    std::string text;
    bool names_directory = false;  // it ended with a slash, or was empty
};

/// returns  nullopt for what must not be served whatever the disk holds: empty segments, names that begin with a dot
///          (but ".well-known" at the front if asked for), backslashes, NUL
[[nodiscard]] std::optional<CheckedPath> check_path(std::string_view path, bool well_known);

/// A directory as a place to open from.
/// errors   throws std::system_error naming it
[[nodiscard]] Descriptor open_root(const std::string& path);

/// Open for reading without ever waiting for a pipe's other end. Blocks for the disk.
///
/// in       path: from `check_path`, not empty
/// returns  a descriptor of whatever kind of file it is; without one, errno says why
[[nodiscard]] Descriptor open_below(int root, const std::string& path, bool symlinks) noexcept;

/// The same one directory at a time, without help of the kernel; follows no link.
[[nodiscard]] Descriptor walk_below(int root, const std::string& path) noexcept;

}  // namespace hyperlane::web
