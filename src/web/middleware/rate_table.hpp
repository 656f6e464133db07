#pragma once

/// How much each client has used: a table of fixed size for all loops.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/web/middleware/rate_limit.hpp>

#include <array>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace hyperlane::web {

struct RateVerdict {
    bool allowed = true;
    std::uint64_t remaining = 0;        ///< requests that would be allowed now
    Duration reset = Duration::zero();  ///< until all are allowed again
    Duration retry = Duration::zero();  ///< refused: until one is allowed again
};

class RateTable {
public:
    explicit RateTable(const RateLimitOptions& options);

    /// Count one request.
    /// threads  any
    [[nodiscard]] RateVerdict take(std::string_view key, TimePoint now) noexcept;

private:
    /// What is known of one key; all zero: free.
    struct Slot {
        std::uint64_t hash = 0;
        std::int64_t time = 0;  // token bucket: when it is full again; sliding window: the number of the window
        std::uint32_t current = 0;
        std::uint32_t previous = 0;
    };
    static_assert(sizeof(Slot) == 24);

    /// A key has its place in one set; the slots of a set are compared one by one.
    static constexpr std::size_t set_slots = 8;
    static constexpr std::size_t shard_count = 16;

    struct alignas(64) Shard {
        std::mutex mutex;
        std::vector<Slot> slots;
    };

    [[nodiscard]] Slot& find(Shard& shard, std::uint64_t hash) const noexcept;
    [[nodiscard]] RateVerdict take_token(Slot& slot, std::int64_t now) const noexcept;
    [[nodiscard]] RateVerdict take_from_window(Slot& slot, std::int64_t now) const noexcept;

    RateLimitKind kind_;
    std::int64_t window_;    // ns
    std::int64_t interval_;  // ns between tokens
    std::int64_t burst_;
    std::int64_t requests_;
    std::uint64_t seed_;  // random, so that nobody can choose keys that share a set
    std::size_t sets_per_shard_;
    std::array<Shard, shard_count> shards_;
};

}  // namespace hyperlane::web
