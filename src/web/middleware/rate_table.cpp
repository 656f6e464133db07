#include "web/middleware/hash.hpp"
#include "web/middleware/rate_table.hpp"

#include <algorithm>
#include <random>

namespace hyperlane::web {

namespace {

std::int64_t nanoseconds(Duration length) noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(length).count();
}

Duration duration(std::int64_t nanoseconds) noexcept {
    return std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(nanoseconds));
}

std::uint64_t random_number() {
    std::random_device random;
    return (std::uint64_t{random()} << 32) ^ random();
}

}  // namespace

RateTable::RateTable(const RateLimitOptions& options)
    : kind_(options.kind),
      window_(nanoseconds(options.window)),
      interval_(std::max<std::int64_t>(1, window_ / options.requests)),
      burst_(options.burst == 0 ? options.requests : options.burst),
      requests_(options.requests),
      seed_(random_number()),
      sets_per_shard_(std::max<std::size_t>(1, options.most_keys / (set_slots * shard_count))) {
    for (Shard& shard : shards_) shard.slots.resize(sets_per_shard_ * set_slots);
}

RateVerdict RateTable::take(std::string_view key, TimePoint now) noexcept {
    const Hash128 hash = hash_bytes(key, seed_);
    Shard& shard = shards_[hash.low % shard_count];
    const std::int64_t time = nanoseconds(now.time_since_epoch());
    const std::lock_guard lock(shard.mutex);
    Slot& slot = find(shard, hash.high | 1);
    return kind_ == RateLimitKind::token_bucket ? take_token(slot, time) : take_from_window(slot, time);
}

// The slot of a key. Where there is none and no room, the one in which least has happened lately is taken.
RateTable::Slot& RateTable::find(Shard& shard, std::uint64_t hash) const noexcept {
    Slot* const first = shard.slots.data() + (hash >> 8) % sets_per_shard_ * set_slots;
    Slot* oldest = first;
    for (Slot* slot = first; slot != first + set_slots; ++slot) {
        if (slot->hash == hash) return *slot;
        const bool older = slot->time < oldest->time || (slot->time == oldest->time && slot->current < oldest->current);
        if (older) oldest = slot;
    }
    *oldest = Slot{.hash = hash};
    return *oldest;
}

// `time` is when the bucket will be full again; each request moves it by one interval (GCRA, ITU-T I.371).
RateVerdict RateTable::take_token(Slot& slot, std::int64_t now) const noexcept {
    const std::int64_t full = std::max(slot.time, now);
    const std::int64_t capacity = interval_ * burst_;
    const std::int64_t after = full + interval_;
    if (after - now > capacity) {
        return {
            .allowed = false, .remaining = 0, .reset = duration(full - now), .retry = duration(after - now - capacity)};
    }
    slot.time = after;
    return {.allowed = true,
            .remaining = static_cast<std::uint64_t>((capacity - (after - now)) / interval_),
            .reset = duration(after - now)};
}

// The window before counts with the part of it that still lies within the length of a window.
RateVerdict RateTable::take_from_window(Slot& slot, std::int64_t now) const noexcept {
    // Loops read their clocks at different times: never go back.
    const std::int64_t number = std::max(slot.time, now / window_);
    if (number != slot.time) {
        slot.previous = number == slot.time + 1 ? slot.current : 0;
        slot.current = 0;
        slot.time = number;
    }
    const std::int64_t passed = std::max<std::int64_t>(0, now - number * window_);
    const std::int64_t left = window_ - passed;
    const auto previous = static_cast<double>(slot.previous);
    const double share = static_cast<double>(left) / static_cast<double>(window_);
    const double used = previous * share + slot.current;
    const auto limit = static_cast<double>(requests_);
    const Duration reset = duration(slot.current > 0 ? left + window_ : left);
    if (used + 1 <= limit) {
        ++slot.current;
        return {.allowed = true, .remaining = static_cast<std::uint64_t>(limit - used - 1), .reset = reset};
    }
    // Until the older count has faded enough: within this window, else in the next, where this one is the older.
    const double room = limit - 1 - slot.current;
    double wait = 0;
    if (room >= 0 && slot.previous > 0) {
        wait = static_cast<double>(left) - room / previous * static_cast<double>(window_);
    } else {
        const double fades = 1 - (limit - 1) / static_cast<double>(slot.current);
        wait = static_cast<double>(left) + std::max(0.0, fades) * static_cast<double>(window_);
    }
    return {.allowed = false, .remaining = 0, .reset = reset, .retry = duration(static_cast<std::int64_t>(wait) + 1)};
}

}  // namespace hyperlane::web
