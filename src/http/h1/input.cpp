#include <hyperlane/http/h1/input.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace hyperlane::http::h1 {

void Input::append(std::string_view bytes) {
    const std::size_t needed = size() + bytes.size();
    if (end_ + bytes.size() > capacity_) {
        if (needed > capacity_) {
            const std::size_t larger = std::max<std::size_t>({needed, capacity_ * std::size_t{2}, 512});
            assert(larger <= UINT32_MAX);
            auto moved = std::make_unique<char[]>(larger + head_padding_bytes);
            if (!empty()) std::memcpy(moved.get(), bytes_.get() + begin_, size());
            bytes_ = std::move(moved);
            capacity_ = static_cast<std::uint32_t>(larger);
        } else {
            std::memmove(bytes_.get(), bytes_.get() + begin_, size());
        }
        end_ -= begin_;
        begin_ = 0;
    }
    std::memcpy(bytes_.get() + end_, bytes.data(), bytes.size());
    end_ += static_cast<std::uint32_t>(bytes.size());
}

void Input::consume(std::size_t bytes) noexcept {
    assert(bytes <= size());
    begin_ += static_cast<std::uint32_t>(bytes);
    if (!empty()) return;
    bytes_.reset();
    begin_ = end_ = capacity_ = 0;
}

}  // namespace hyperlane::http::h1
