#pragma once

/// Bytes that a connection has received and not consumed: an incomplete head, or requests that wait their turn.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/http/h1/parse_head.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hyperlane::http::h1 {

/// Holds no memory while it is empty. Behind its bytes there is the padding that the head parser wants.
class Input {
public:
    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get() + begin_, size()}; }

    /// Must not view this input. Together less than 4 GiB.
    void append(std::string_view bytes);
    void consume(std::size_t bytes) noexcept;

private:
    std::unique_ptr<char[]> bytes_;
    std::uint32_t begin_ = 0;
    std::uint32_t end_ = 0;
    std::uint32_t capacity_ = 0;  // without the padding
};

}  // namespace hyperlane::http::h1
