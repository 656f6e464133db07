#include "web/files/lookup.hpp"
#include <hyperlane/http/list.hpp>
#include "web/files/open_beneath.hpp"

#include <cerrno>
#include <charconv>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace hyperlane::web {

namespace {

// A change leaves no trace if it falls into the same tick of the clock that stamps files as the one before it. Ticks
// are some milliseconds, or a second on old file systems.
constexpr std::chrono::seconds settled_after{1};

constexpr FileForm plain_file{.coding = "", .suffix = ""};
constexpr std::array compressed{FileForm{.coding = "br", .suffix = ".br"}, FileForm{.coding = "zstd", .suffix = ".zst"},
                                FileForm{.coding = "gzip", .suffix = ".gz"}};

struct Opened {
    Descriptor fd;
    struct stat status{};
};

using Time = std::chrono::system_clock::time_point;

Time changed_at(const struct stat& status) noexcept {
    const auto since = std::chrono::seconds(status.st_ctim.tv_sec) + std::chrono::nanoseconds(status.st_ctim.tv_nsec);
    return Time(std::chrono::duration_cast<Time::duration>(since));
}

bool same_content(const struct stat& a, const struct stat& b) noexcept {
    return a.st_size == b.st_size && a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

// returns  how many bytes came before the end or an error
std::size_t read_whole(int fd, std::string& into) noexcept {
    std::size_t filled = 0;
    while (filled < into.size()) {
        const ssize_t got = ::pread(fd, into.data() + filled, into.size() - filled, static_cast<off_t>(filled));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

class Search {
public:
    Search(const FileSource& source, const FileQuestion& asked, Time now) : source_(source), asked_(asked), now_(now) {
        if (!source.root) own_root_ = open_root(source.root_path);
    }

    Result<FoundFile> run() {
        const auto checked = check_path(asked_.path, source_.options.well_known);
        if (!checked) return missing();
        auto found = find(*checked);
        if (found || found.error().code != ErrorCode::not_found || !is_page(checked->text)) return found;
        return find_regular(source_.options.fallback);
    }

private:
    static std::unexpected<Error> missing() { return fail(ErrorCode::not_found); }

    [[nodiscard]] bool is_page(const std::string& path) const noexcept {
        return !source_.options.fallback.empty() && path.find('.', path.rfind('/') + 1) == std::string::npos;
    }

    Result<FoundFile> find(const CheckedPath& path) {
        if (path.text.empty()) return find_index(path);
        auto opened = open(path.text);
        if (!opened) return std::unexpected(opened.error());
        if (S_ISDIR(opened->status.st_mode)) return find_index(path);
        if (!S_ISREG(opened->status.st_mode) || path.names_directory) return missing();
        return choose(path.text, std::move(*opened));
    }

    Result<FoundFile> find_index(const CheckedPath& directory) {
        if (source_.options.index.empty()) return missing();
        const bool at_root = directory.text.empty();
        auto found = find_regular(at_root ? source_.options.index : directory.text + "/" + source_.options.index);
        const bool has_slash = asked_.below_directory || (directory.names_directory && !at_root);
        if (!found || has_slash) return found;
        FoundFile moved;
        moved.kind = FoundFile::Kind::moved;
        return moved;
    }

    Result<FoundFile> find_regular(const std::string& path) {
        auto opened = open(path);
        if (!opened) return std::unexpected(opened.error());
        if (!S_ISREG(opened->status.st_mode)) return missing();
        return choose(path, std::move(*opened));
    }

    // The form of the file that the client likes best.
    Result<FoundFile> choose(const std::string& path, Opened original) {
        for (const FileForm* form : asked_.forms) {
            if (form->coding.empty()) return describe(path, *form, std::move(original));
            auto sibling = open(path + std::string(form->suffix));
            if (sibling && S_ISREG(sibling->status.st_mode)) return describe(path, *form, std::move(*sibling));
            if (!sibling && sibling.error().code != ErrorCode::not_found) return std::unexpected(sibling.error());
        }
        FoundFile none;
        none.kind = FoundFile::Kind::not_acceptable;
        return none;
    }

    Result<FoundFile> describe(const std::string& path, const FileForm& form, Opened opened) {
        FoundFile found;
        found.path = path;
        found.coding = form.coding;
        if (asked_.wants_content) read_small(opened, found);
        const struct stat& status = opened.status;
        found.size = static_cast<std::uint64_t>(status.st_size);
        if (changed_at(status) + settled_after <= now_) {
            found.etag =
                make_etag(status.st_ino, found.size, status.st_ctim.tv_sec, status.st_ctim.tv_nsec, form.coding);
            // A date in the future would be a lie that caches believe (RFC 9110 8.8.2.1).
            const std::chrono::sys_seconds modified{std::chrono::seconds(status.st_mtim.tv_sec)};
            if (modified <= now_) found.last_modified = modified;
        }
        if (!found.text) found.fd = std::move(opened.fd);
        return found;
    }

    // Reads a small file if it holds still meanwhile.
    static void read_small(Opened& opened, FoundFile& found) {
        for (int tries = 0; tries < 3 && opened.status.st_size <= static_cast<off_t>(small_file_bytes); ++tries) {
            std::string text(static_cast<std::size_t>(opened.status.st_size), '\0');
            const bool whole = read_whole(opened.fd.get(), text) == text.size();
            const struct stat before = opened.status;
            if (::fstat(opened.fd.get(), &opened.status) != 0) return;
            if (!whole || !same_content(before, opened.status)) continue;
            found.text = std::move(text);
            return;
        }
    }

    Result<Opened> open(const std::string& path) {
        const int root = source_.root ? source_.root.get() : own_root_.get();
        Opened opened{.fd = open_below(root, path, source_.options.symlinks)};
        if (opened.fd && ::fstat(opened.fd.get(), &opened.status) == 0) return opened;
        switch (errno) {
            case EMFILE:
            case ENFILE:
            case ENOMEM:
            case EAGAIN:
            case EIO:
            case ESTALE: return fail_errno(errno, "open the file " + path);
            // Whatever else is wrong is none of the client's business: not there, no directory, a link that leads out
            // or in a circle, not to be read, a name too long, a socket, a device without a driver.
            default: return missing();
        }
    }

    const FileSource& source_;
    const FileQuestion& asked_;
    Time now_;
    Descriptor own_root_;
};

}  // namespace

FormChoice FormChoice::plain() noexcept {
    FormChoice choice;
    choice.best_[choice.count_++] = &plain_file;
    return choice;
}

FormChoice FormChoice::parse(std::optional<std::string_view> accept_encoding) noexcept {
    if (!accept_encoding) return plain();
    FormChoice choice;
    std::array<int, 4> weights{};
    const auto add = [&](const FileForm& form, int weight) {
        if (weight == 0) return;
        std::size_t at = choice.count_++;
        for (; at > 0 && weights[at - 1] < weight; --at) {
            weights[at] = weights[at - 1];
            choice.best_[at] = choice.best_[at - 1];
        }
        weights[at] = weight;
        choice.best_[at] = &form;
    };
    for (const FileForm& form : compressed) add(form, http::weight_in_list(*accept_encoding, form.coding).value_or(0));
    // Not named, the file itself is the last resort; only a weight of zero forbids it.
    add(plain_file, http::weight_in_list(*accept_encoding, "identity").value_or(1));
    return choice;
}

std::string make_etag(std::uint64_t inode, std::uint64_t size, std::int64_t changed_seconds,
                      std::int64_t changed_nanoseconds, std::string_view coding) {
    std::string tag = "\"";
    const auto add = [&](std::uint64_t number) {
        std::array<char, 16> digits{};
        const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16);
        tag.append(digits.data(), written.ptr);
    };
    add(inode);
    tag += '-';
    add(size);
    tag += '-';
    add(static_cast<std::uint64_t>(changed_seconds));
    tag += '.';
    add(static_cast<std::uint64_t>(changed_nanoseconds));
    if (!coding.empty()) tag.append("-").append(coding);
    tag += '"';
    return tag;
}

Result<FoundFile> find_file(const FileSource& source, const FileQuestion& asked, Time now) {
    return Search(source, asked, now).run();
}

}  // namespace hyperlane::web
