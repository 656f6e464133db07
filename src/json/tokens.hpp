#pragma once

/// Finds where every token of a JSON text starts, with the vectorised first stage of simdjson, which checks UTF-8,
/// control characters and the ends of strings on the way.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace hyperlane::json {

enum class ScanResult : std::uint8_t {
    ok,
    empty,  ///< no token at all
    utf8,
    control_character,  ///< inside a string
    unclosed_string,
    too_large,
};

/// The work area of one scan. Areas are kept per thread, so that scanning allocates nothing in the steady state.
class Tokens {
public:
    Tokens();
    Tokens(const Tokens&) = delete;
    Tokens& operator=(const Tokens&) = delete;
    ~Tokens();

    /// in  read only up to its end, so it needs no padding
    [[nodiscard]] ScanResult scan(std::string_view text);

    /// After a scan that was `ok`: the offset of each brace, bracket, comma, colon, of the opening quote of each
    /// string and of the first character of each other run of characters; then the length of the text, twice.
    [[nodiscard]] const std::uint32_t* begin() const noexcept { return begin_; }

private:
    struct Area;
    [[nodiscard]] static std::unique_ptr<Area>& kept_area() noexcept;

    std::unique_ptr<Area> area_;
    const std::uint32_t* begin_ = nullptr;
};

}  // namespace hyperlane::json
