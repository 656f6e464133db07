#pragma once

/// Range requests in bytes (RFC 9110 section 14).

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hyperlane::http {

/// `size` bytes from `first`; never empty, never past the end of the representation.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t size = 0;

    [[nodiscard]] std::uint64_t last() const noexcept { return first + size - 1; }
    bool operator==(const ByteRange&) const = default;
};

/// What a Range field asks of a representation of a known size.
class RangeSet {
public:
    static constexpr std::size_t max_ranges = 16;

    enum class Kind : std::uint8_t {
        ignored,        ///< malformed, another unit, or more than `max_ranges`: send all of it with 200
        satisfiable,    ///< send `ranges()` with 206
        unsatisfiable,  ///< send 416 with `Content-Range: bytes */SIZE`
    };

    /// Parse the value of a Range field (RFC 9110 14.1.2, 14.2). Ranges that overlap or touch become one, in the place
    /// of the last of them, so that no byte is ever sent twice.
    ///
    /// cost     no allocation; quadratic in `max_ranges` at most
    [[nodiscard]] static RangeSet parse(std::string_view value, std::uint64_t representation_bytes) noexcept;

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] std::span<const ByteRange> ranges() const noexcept { return std::span(ranges_).first(count_); }

private:
    void add(ByteRange range) noexcept;

    std::array<ByteRange, max_ranges> ranges_{};
    std::size_t count_ = 0;
    Kind kind_ = Kind::ignored;
};

/// "bytes FIRST-LAST/SIZE" for Content-Range.
inline constexpr std::size_t max_content_range_bytes = 6 + 3 * 20 + 2;
/// returns  the end of what was written
char* write_content_range(char* out, ByteRange range, std::uint64_t representation_bytes) noexcept;
/// "bytes */SIZE", for 416.
char* write_unsatisfied_range(char* out, std::uint64_t representation_bytes) noexcept;

}  // namespace hyperlane::http
