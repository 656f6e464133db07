#pragma once

/// A bump allocator: everything that belongs to one request, freed at once when the request ends.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

namespace hyperlane {

/// Not thread-safe: an arena belongs to one loop. Its largest block is kept over `reset`, so that an arena that
/// is reused settles at one block and no heap allocation at all.
class Arena {
public:
    static constexpr std::size_t first_block_bytes = 1024;      ///< the head of a request and a small answer
    static constexpr std::size_t kept_block_bytes = 16 * 1024;  ///< a larger block goes back to the heap

    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena();

    /// Uninitialised memory; lives until `reset` or destruction. Throws std::bad_alloc only.
    [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) {
        const auto at = (reinterpret_cast<std::uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
        if (at + bytes <= reinterpret_cast<std::uintptr_t>(end_)) [[likely]] {
            next_ = reinterpret_cast<char*>(at + bytes);
            return reinterpret_cast<void*>(at);
        }
        return allocate_slow(bytes, alignment);
    }

    /// Characters, unaligned.
    [[nodiscard]] char* allocate_text(std::size_t bytes) { return static_cast<char*>(allocate(bytes, 1)); }

    template <typename T>
        requires std::is_trivially_destructible_v<T>
    [[nodiscard]] std::span<T> allocate_array(std::size_t count) {
        auto* memory = static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
        for (std::size_t i = 0; i < count; ++i) ::new (static_cast<void*>(memory + i)) T;
        return {memory, count};
    }

    [[nodiscard]] std::string_view copy(std::string_view text) {
        if (text.empty()) return {};
        char* memory = allocate_text(text.size());
        std::memcpy(memory, text.data(), text.size());
        return {static_cast<const char*>(memory), text.size()};  // else the compiler looks into iterators, at length
    }

    /// Give back the tail of the latest allocation: `end` is where its used part ends.
    void trim(char* end) noexcept { next_ = end; }

    /// Forget everything; views into the arena die. A debug build overwrites the memory, AddressSanitizer sees it
    /// freed.
    void reset() noexcept {
        if (start_ != nullptr) [[likely]] {
            rewind();
        } else if (blocks_ != nullptr) {
            shrink();
        }
    }

private:
    struct Block;

    void* allocate_slow(std::size_t bytes, std::size_t alignment);
    void shrink() noexcept;
    void rewind() noexcept {
#ifndef NDEBUG
        std::memset(start_, 0xDD, static_cast<std::size_t>(end_ - start_));
#endif
        next_ = start_;
    }

    char* start_ = nullptr;  // of the only block, when it was kept
    char* next_ = nullptr;
    char* end_ = nullptr;
    Block* blocks_ = nullptr;  // newest first
};

}  // namespace hyperlane
