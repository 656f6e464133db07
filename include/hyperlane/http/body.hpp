#pragma once

/// The body of a response before it is sent: pieces of text and of files, in order.

#include <hyperlane/base/pointers.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane::http {

/// An open file that is closed when the last body that sends from it is gone. Belongs to one loop.
class OpenFile {
public:
    explicit OpenFile(int fd) noexcept : fd_(fd) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile();
    [[nodiscard]] int fd() const noexcept { return fd_; }

private:
    int fd_;
};

/// One piece; exactly one of text (`view`, which may be of `owned`) and file counts.
struct BodyPiece {
    std::string_view view;  // views `owned`, the arena of the exchange, or static text
    std::unique_ptr<std::string> owned;
    std::shared_ptr<OpenFile> file;
    std::uint64_t file_offset = 0;
    std::uint64_t bytes = 0;
};

/// A list of pieces. One piece of text, the usual case, takes no heap memory of its own.
class Body {
public:
    [[nodiscard]] bool is_set() const noexcept { return set_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// `text` must stay as it is until the exchange ends.
    void set_view(std::string_view text) noexcept {
        clear();
        first_.view = text;
        first_.bytes = size_ = text.size();
        set_ = true;
    }
    void set_owned(std::string text);
    void add_view(std::string_view text);
    void add_file(std::shared_ptr<OpenFile> file, std::uint64_t offset, std::uint64_t bytes);

    /// Back to "no body was set".
    void clear() noexcept {
        if (!plain_) clear_owned();
        first_.view = {};
        first_.bytes = size_ = 0;
        set_ = false;
    }

    /// The text of a body of one piece of text, else empty.
    [[nodiscard]] std::string_view text() const noexcept {
        return more_.empty() && !first_.file ? first_.view : std::string_view();
    }
    [[nodiscard]] bool is_text() const noexcept { return more_.empty() && !first_.file; }

    /// Nothing but a view was put in: `view` is all there is.
    [[nodiscard]] bool is_view() const noexcept { return set_ && plain_; }
    [[nodiscard]] std::string_view view() const noexcept { return first_.view; }

    /// Calls `take(BodyPiece&&)` for each piece and leaves the body unset.
    template <typename Take>
    void take_pieces(Take take) {
        if (set_ && first_.bytes > 0) take(std::move(first_));
        for (BodyPiece& piece : more_) take(std::move(piece));
        plain_ = false;
        clear();
    }

private:
    void add(BodyPiece piece);
    void clear_owned() noexcept;

    BodyPiece first_;
    std::vector<BodyPiece> more_;
    std::uint64_t size_ = 0;
    bool set_ = false;
    bool plain_ = true;  // nothing but a view was ever put in: nothing to release
};

}  // namespace hyperlane::http
