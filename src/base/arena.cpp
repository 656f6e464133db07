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

Arena::~Arena() {
    while (blocks_ != nullptr) std::free(std::exchange(blocks_, blocks_->older));
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

// The largest block that may be kept is: what needs so much once, mostly needs it again.
void Arena::shrink() noexcept {
    Block* kept = nullptr;
    while (Block* const block = blocks_) {
        blocks_ = block->older;
        const bool larger = kept == nullptr || block->bytes > kept->bytes;
        if (HYPERLANE_ASAN || block->bytes > kept_block_bytes || !larger) {
            std::free(block);
        } else {
            std::free(std::exchange(kept, block));
        }
    }
    blocks_ = kept;
    if (kept != nullptr) kept->older = nullptr;
    start_ = next_ = kept != nullptr ? kept->begin() : nullptr;
    end_ = kept != nullptr ? next_ + kept->bytes : nullptr;
    if (kept != nullptr) rewind();
}

}  // namespace hyperlane
