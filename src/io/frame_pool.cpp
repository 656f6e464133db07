#include <hyperlane/base/sanitizer.hpp>
#include <hyperlane/io/frame_pool.hpp>

#include <array>
#include <new>
#include <utility>

namespace hyperlane::io {

namespace {

constexpr std::size_t step_bytes = 64;
constexpr std::size_t class_count = 32;    // frames up to 2 KiB are recycled
constexpr std::size_t kept_frames = 1024;  // per class

struct FreeFrame {
    FreeFrame* next;
};

struct FreeList {
    FreeFrame* first = nullptr;
    std::size_t count = 0;
};

struct FramePool {
    std::array<FreeList, class_count> lists;

    FramePool() = default;
    FramePool(const FramePool&) = delete;
    FramePool& operator=(const FramePool&) = delete;
    ~FramePool() {
        for (FreeList& list : lists) {
            while (list.first != nullptr) ::operator delete(std::exchange(list.first, list.first->next));
        }
    }
};

thread_local FramePool pool;

std::size_t class_of(std::size_t bytes) noexcept { return (bytes - 1) / step_bytes; }

}  // namespace

void* allocate_frame(std::size_t bytes) {
    const std::size_t size_class = class_of(bytes);
    if (HYPERLANE_ASAN || size_class >= class_count) return ::operator new(bytes);
    FreeList& list = pool.lists[size_class];
    if (list.first == nullptr) return ::operator new((size_class + 1) * step_bytes);
    --list.count;
    return std::exchange(list.first, list.first->next);
}

void release_frame(void* frame, std::size_t bytes) noexcept {
    const std::size_t size_class = class_of(bytes);
    if (HYPERLANE_ASAN || size_class >= class_count || pool.lists[size_class].count == kept_frames) {
        ::operator delete(frame);
        return;
    }
    FreeList& list = pool.lists[size_class];
    list.first = ::new (frame) FreeFrame{list.first};
    ++list.count;
}

}  // namespace hyperlane::io
