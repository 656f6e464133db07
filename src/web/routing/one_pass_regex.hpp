#pragma once

/// A matcher for the regexes that people write in routes: `\d+`, `[a-z][a-z0-9-]*`, `\d{4}-\d{2}-\d{2}`.
///
/// A shape is a sequence of items, each a set of bytes with a repeat count, in which at most one way to match exists:
/// after an item of variable length comes one that needs a byte outside its set. So one pass without backtracking gives
/// what RE2 gives, without the locks and the cache of RE2's automaton (BM_RegexShape and BM_RegexByRe2 in
/// bench/router_bench.cpp).

#include <hyperlane/web/routing/router.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hyperlane::web {

class Shape {
public:
    /// `open`: the text holds a byte above 127 where a set such as `.` or `[^/]` may take it; only RE2 knows UTF-8.
    enum class Verdict : std::uint8_t { no, yes, open };

    void add_literal(std::string_view text);

    /// Append a regex that RE2 has accepted.
    ///
    /// returns  false if it is not a shape; this object is then unusable
    [[nodiscard]] bool add_regex(std::string_view regex);

    /// Call once after the last `add_…`.
    ///
    /// returns  false if there could be more than one way to match
    [[nodiscard]] bool finish() const;

    /// cost     one pass, no allocation
    [[nodiscard]] Verdict match(std::string_view text, ParamSlice* out) const noexcept;

    /// Some set takes bytes above 127, so that `match` may answer `open`.
    [[nodiscard]] bool may_be_open() const noexcept { return may_be_open_; }

    struct ByteSet {
        std::array<std::uint64_t, 2> ascii{};
        bool beyond = false;  ///< takes (some) bytes above 127

        void add(unsigned char c) noexcept { ascii[c >> 6] |= std::uint64_t{1} << (c & 63); }
        void negate() noexcept { ascii = {~ascii[0], ~ascii[1]}, beyond = !beyond; }
        void add(const ByteSet& other) noexcept;
        [[nodiscard]] bool has(unsigned char c) const noexcept {
            return c < 128 && (ascii[c >> 6] >> (c & 63) & 1) != 0;
        }
        [[nodiscard]] bool overlaps(const ByteSet& other) const noexcept;
    };

private:
    struct Item {
        ByteSet set;
        std::uint32_t min = 1;
        std::uint32_t max = 1;
        bool opens = false;   // a parameter starts before this item
        bool closes = false;  // and ends after it
    };

    static constexpr std::size_t max_items = 64;

    std::vector<Item> items_;
    bool may_be_open_ = false;
};

}  // namespace hyperlane::web
