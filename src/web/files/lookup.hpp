#pragma once

/// Finding the file that answers a request: the part of static files that runs on the thread pool.

#include <hyperlane/base/result.hpp>
#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/web/files/static_files.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane::web {

/// A directory to serve from.
struct FileSource {
    std::string root_path;
    Descriptor root;  // none: opened for each request
    StaticFilesOptions options;
};

/// A file that stands for another: in which content coding, and what it is called behind that one's name.
struct FileForm {
    std::string_view coding;  // empty: the file itself
    std::string_view suffix;
};

/// The forms whose coding a client takes, the best first.
class FormChoice {
public:
    /// Read Accept-Encoding (RFC 9110 12.5.3). Among equal weights the coding that is usually smaller comes first.
    [[nodiscard]] static FormChoice parse(std::optional<std::string_view> accept_encoding) noexcept;
    /// The file itself and nothing else.
    [[nodiscard]] static FormChoice plain() noexcept;

    [[nodiscard]] const FileForm* const* begin() const noexcept { return best_.data(); }
    [[nodiscard]] const FileForm* const* end() const noexcept { return best_.data() + count_; }

private:
    std::array<const FileForm*, 4> best_{};
    std::size_t count_ = 0;
};

struct FileQuestion {
    std::string path;              // as it came
    bool wants_content = true;     // false: only the size matters
    bool below_directory = false;  // the client takes relative links from here: its path ends with a slash
    FormChoice forms;
};

struct FoundFile {
    enum class Kind : std::uint8_t {
        file,
        moved,           // a directory that has an index: ask again with a slash at the end
        not_acceptable,  // there is a file, but no form of it that the client takes
    };
    Kind kind = Kind::file;
    std::string path;         // from the root; its extension is that of the content
    std::string_view coding;  // static text; empty if there is none
    std::uint64_t size = 0;
    std::string etag;                                       // empty while the file is too new for one
    std::optional<std::chrono::sys_seconds> last_modified;  // the same
    std::optional<std::string> text;                        // all of a small file
    Descriptor fd;                                          // of any other
};

inline constexpr std::uint64_t small_file_bytes = 16 * 1024;

/// Blocks for the disk.
///
/// in       now: what the age of files is measured against
/// errors   not_found for all that must not be served or cannot be; unavailable without descriptors or memory; system.
///          Throws std::system_error if the root has to be opened and cannot be
[[nodiscard]] Result<FoundFile> find_file(const FileSource& source, const FileQuestion& asked,
                                          std::chrono::system_clock::time_point now);

/// `"INODE-SIZE-CHANGED"` with the coding behind it, in hexadecimal.
[[nodiscard]] std::string make_etag(std::uint64_t inode, std::uint64_t size, std::int64_t changed_seconds,
                                    std::int64_t changed_nanoseconds, std::string_view coding);

}  // namespace hyperlane::web
