/// Counts heap calls of a program that it is preloaded into: LD_PRELOAD=libcount_malloc.so COUNT_MALLOC_FILE=/path …
///
/// The counters live in the file, which is mapped, so that a reader sees them while the program runs. Layout: five
/// unsigned 64-bit numbers in the machine's order: allocations, reallocations, frees, bytes asked for, and aligned
/// allocations (which are also among the allocations). `operator new` is counted through malloc. Needs glibc, and a
/// program that links it dynamically.

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* memory, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* memory);
}

namespace {

struct Counters {
    std::atomic<std::uint64_t> allocations{0};
    std::atomic<std::uint64_t> reallocations{0};
    std::atomic<std::uint64_t> frees{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> aligned{0};
};

Counters unmapped;               // counts what comes before the constructor below, and is then added
Counters* counters = &unmapped;  // allocation functions run before main, so nothing here may need a constructor

void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount = 1) {
    counter.fetch_add(amount, std::memory_order_relaxed);
}

void* aligned_allocation(std::size_t alignment, std::size_t bytes) {
    add(counters->allocations);
    add(counters->aligned);
    add(counters->bytes, bytes);
    return __libc_memalign(alignment, bytes);
}

__attribute__((constructor)) void map_counters() {
    const char* path = std::getenv("COUNT_MALLOC_FILE");
    if (path == nullptr) return;
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof(Counters)) != 0) return;
    void* memory = mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) return;
    auto* mapped = static_cast<Counters*>(memory);  // a process that forks adds to the same counters
    add(mapped->allocations, unmapped.allocations);
    add(mapped->reallocations, unmapped.reallocations);
    add(mapped->frees, unmapped.frees);
    add(mapped->bytes, unmapped.bytes);
    add(mapped->aligned, unmapped.aligned);
    counters = mapped;
}

}  // namespace

extern "C" {

void* malloc(std::size_t bytes) {
    add(counters->allocations);
    add(counters->bytes, bytes);
    return __libc_malloc(bytes);
}

void* calloc(std::size_t count, std::size_t bytes) {
    add(counters->allocations);
    add(counters->bytes, count * bytes);
    return __libc_calloc(count, bytes);
}

void* realloc(void* memory, std::size_t bytes) {
    add(memory == nullptr ? counters->allocations : counters->reallocations);
    add(counters->bytes, bytes);
    return __libc_realloc(memory, bytes);
}

void free(void* memory) {
    if (memory != nullptr) add(counters->frees);
    __libc_free(memory);
}

void* memalign(std::size_t alignment, std::size_t bytes) { return aligned_allocation(alignment, bytes); }

void* aligned_alloc(std::size_t alignment, std::size_t bytes) { return aligned_allocation(alignment, bytes); }

int posix_memalign(void** out, std::size_t alignment, std::size_t bytes) {
    if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void* memory = aligned_allocation(alignment, bytes);
    if (memory == nullptr) return ENOMEM;
    *out = memory;
    return 0;
}
}
