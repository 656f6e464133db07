#pragma once

/// Fields of a message in their order, to walk through: `for (const Field& field : head.fields())`.

#include <cassert>
#include <cstddef>

namespace hyperlane::http {

/// Views the message. A std::span would have every program compile the concepts of iterators.
template <typename T>
class FieldRange {
public:
    FieldRange(const T* first, std::size_t count) noexcept : first_(first), count_(count) {}

    [[nodiscard]] const T* begin() const noexcept { return first_; }
    [[nodiscard]] const T* end() const noexcept { return first_ + count_; }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] const T& operator[](std::size_t index) const noexcept {
        assert(index < count_);
        return first_[index];
    }

private:
    const T* first_;
    std::size_t count_;
};

}  // namespace hyperlane::http
