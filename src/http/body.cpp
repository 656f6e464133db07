#include <hyperlane/http/body.hpp>

#include <unistd.h>

namespace hyperlane::http {

OpenFile::~OpenFile() { ::close(fd_); }

void Body::set_owned(std::string text) {
    clear();
    plain_ = false;
    first_.owned = std::make_unique<std::string>(std::move(text));
    first_.view = *first_.owned;
    first_.bytes = size_ = first_.view.size();
    set_ = true;
}

void Body::add_view(std::string_view text) {
    BodyPiece piece;
    piece.view = text;
    piece.bytes = text.size();
    add(std::move(piece));
}

void Body::add_file(std::shared_ptr<OpenFile> file, std::uint64_t offset, std::uint64_t bytes) {
    BodyPiece piece;
    piece.file = std::move(file);
    piece.file_offset = offset;
    piece.bytes = bytes;
    add(std::move(piece));
}

void Body::add(BodyPiece piece) {
    plain_ = false;
    size_ += piece.bytes;
    if (!std::exchange(set_, true)) {
        first_ = std::move(piece);
    } else if (piece.bytes > 0) {
        more_.push_back(std::move(piece));
    }
}

void Body::clear_owned() noexcept {
    first_ = BodyPiece();
    more_.clear();
    plain_ = true;
}

}  // namespace hyperlane::http
