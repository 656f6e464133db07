#pragma once

/// UTF-8 as it arrives, in pieces of any size: what is wrong is known at the first byte that no continuation can mend
/// (RFC 3629 section 4; RFC 6455 8.1).

#include <cstdint>
#include <string_view>

namespace hyperlane {

/// A value of a few bytes. ASCII is skipped 16 or 8 bytes at a time.
class Utf8Checker {
public:
    /// returns  false when what has been fed so far cannot be the beginning of valid text; feed no more then
    [[nodiscard]] bool feed(std::string_view text) noexcept;

    /// Does the text end here with a whole character?
    [[nodiscard]] bool complete() const noexcept { return missing_ == 0; }

    void reset() noexcept { *this = Utf8Checker(); }

private:
    [[nodiscard]] bool lead(unsigned char byte) noexcept;

    std::uint8_t missing_ = 0;  // continuation bytes of the current character
    std::uint8_t low_ = 0x80;   // bounds of the next one: they exclude overlong forms, surrogates and what is too large
    std::uint8_t high_ = 0xBF;
};

/// Is all of `text` valid?
[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
    Utf8Checker checker;
    return checker.feed(text) && checker.complete();
}

}  // namespace hyperlane
