#include <hyperlane/base/arena.hpp>
#include <hyperlane/base/sanitizer.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace hyperlane {

struct Arena::Block {
    Block* older;
    std::size_t bytes;  // usable, after this header

    char* begin() { return reinterpret_cast<char*>(this + 1); }
};

Arena::~Arena() { release(nullptr); }

void Arena::release(Block* keep) noexcept {
    while (blocks_ != keep) std::free(std::exchange(blocks_, blocks_->older));
}

void* Arena::allocate_slow(std::size_t bytes, std::size_t alignment) {
    const std::size_t doubled =
        blocks_ == nullptr ? first_block_bytes : std::min<std::size_t>(blocks_->bytes * 2, 1 << 20);
    const std::size_t size = std::max(doubled, bytes + alignment);
    auto* block = static_cast<Block*>(std::malloc(sizeof(Block) + size));
    if (block == nullptr) throw std::bad_alloc();
    block->older = blocks_;
    block->bytes = size;
    blocks_ = block;
    next_ = block->begin();
    end_ = next_ + size;
    start_ = nullptr;
    return allocate(bytes, alignment);
}

void Arena::shrink() noexcept {
    Block* first = blocks_;
    while (first->older != nullptr) first = first->older;
    const bool keep = !HYPERLANE_ASAN && first->bytes <= kept_block_bytes;
    release(keep ? first : nullptr);
    start_ = next_ = keep ? first->begin() : nullptr;
    end_ = keep ? next_ + first->bytes : nullptr;
    if (keep) rewind();
}

}  // namespace hyperlane
