#include <hyperlane/base/sanitizer.hpp>
#include <hyperlane/io/channel.hpp>
#include <hyperlane/io/frame_pool.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#if defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef COUNTS_ALLOCATIONS
#define COUNTS_ALLOCATIONS !HYPERLANE_ASAN
#endif

#if COUNTS_ALLOCATIONS
namespace {
thread_local std::size_t allocations = 0;
}

// Not inlined: g++ would see a `free` of what came from `new` and warn.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
    ++allocations;
    if (void* memory = std::malloc(bytes)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace hyperlane {
namespace {

using namespace std::chrono_literals;

TEST(FramePool, GivesMemoryThatDoesNotOverlapAtEverySize) {
    std::vector<std::pair<unsigned char*, std::size_t>> frames;
    for (int round = 0; round < 3; ++round) {
        for (std::size_t bytes = 1; bytes < 5000; bytes += 61) {
            auto* frame = static_cast<unsigned char*>(io::allocate_frame(bytes));
            std::memset(frame, static_cast<int>(bytes % 251), bytes);
            frames.emplace_back(frame, bytes);
        }
        for (const auto& [frame, bytes] : frames) {
            for (std::size_t i = 0; i < bytes; ++i) ASSERT_EQ(frame[i], bytes % 251);
        }
        for (const auto& [frame, bytes] : frames) io::release_frame(frame, bytes);
        frames.clear();
    }
}

TEST(FramePool, AFrameMayBeReleasedByAnotherThread) {
    std::vector<void*> frames;
    for (int i = 0; i < 3000; ++i) frames.push_back(io::allocate_frame(100));
    std::thread([&] {
        for (void* frame : frames) io::release_frame(frame, 100);
        io::release_frame(io::allocate_frame(100), 100);
    }).join();
}

#if COUNTS_ALLOCATIONS
Task<int> leaf(Channel<int>* channel) {
    co_await sleep(1ms);
    co_await yield();
    (void)co_await channel->send(1);
    const auto value = co_await channel->receive();
    co_return value.value_or(0);
}

Task<int> branch(Channel<int>* channel) {
    const auto result = co_await timeout(1s, leaf(channel));
    co_return result.value_or(0);
}

Task<std::size_t> allocations_of(int rounds) {
    Channel<int> channel(1);
    int total = 0;
    for (int i = 0; i < 10; ++i) total += co_await branch(&channel);
    const std::size_t before = allocations;
    for (int i = 0; i < rounds; ++i) total += co_await branch(&channel);
    EXPECT_EQ(total, rounds + 10);
    co_return allocations - before;
}

TEST(FramePool, AwaitingInASteadyStateAllocatesNothing) {
    Loop loop(io::make_virtual_backend());
    EXPECT_EQ(testing::run(loop, allocations_of(1000)), 0U);
}
#endif

}  // namespace
}  // namespace hyperlane
