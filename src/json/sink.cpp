#include <hyperlane/json/sink.hpp>

#include <algorithm>

namespace hyperlane::json {
namespace {

constexpr std::size_t smallest_capacity = 256;

}  // namespace

// While it is open, the string has its whole capacity as its length, so that the writer may write there.
void StringSink::open() {
    text_.resize_and_overwrite(text_.capacity(), [](char*, std::size_t size) { return size; });
    next_ = text_.data() + committed_;
    end_ = text_.data() + text_.size();
    open_ = true;
}

bool StringSink::grow(std::size_t bytes) {
    committed_ = static_cast<std::size_t>(next_ - text_.data());
    text_.resize(committed_);  // so that growing copies only what is written
    text_.reserve(std::max({committed_ * 2, committed_ + bytes, smallest_capacity}));
    open();
    return true;
}

}  // namespace hyperlane::json
