#pragma once

/// UTF-8 (RFC 3629): text as it arrives, and one character at a time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hyperlane {

/// Text in pieces of any size: what is wrong is known at the first byte that no continuation can mend (RFC 3629 section
/// 4; RFC 6455 8.1). A value of a few bytes. ASCII is skipped 16 or 8 bytes at a time.
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

/// The length of the character that starts at `at`, 1 to 4; 0 when the bytes up to `end` do not start with one.
inline std::size_t utf8_length(const char* at, const char* end) noexcept {
    const auto byte = [at](std::size_t i) { return static_cast<unsigned char>(at[i]); };
    const auto left = static_cast<std::size_t>(end - at);
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;  // a continuation, or an overlong form of ASCII
    if (lead < 0xE0) return left >= 2 && continues(1) ? 2 : 0;
    if (lead < 0xF0) {
        if (left < 3 || !continues(1) || !continues(2)) return 0;
        if (lead == 0xE0 && byte(1) < 0xA0) return 0;   // overlong
        if (lead == 0xED && byte(1) >= 0xA0) return 0;  // surrogate
        return 3;
    }
    if (lead > 0xF4 || left < 4 || !continues(1) || !continues(2) || !continues(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;   // overlong
    if (lead == 0xF4 && byte(1) >= 0x90) return 0;  // above U+10FFFF
    return 4;
}

/// Append a scalar value, which must be no surrogate.
inline void append_utf8(std::string& out, std::uint32_t scalar) {
    const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (scalar < 0x80) {
        put(scalar);
    } else if (scalar < 0x800) {
        put(0xC0 | scalar >> 6);
        put(0x80 | (scalar & 0x3F));
    } else if (scalar < 0x10000) {
        put(0xE0 | scalar >> 12);
        put(0x80 | (scalar >> 6 & 0x3F));
        put(0x80 | (scalar & 0x3F));
    } else {
        put(0xF0 | scalar >> 18);
        put(0x80 | (scalar >> 12 & 0x3F));
        put(0x80 | (scalar >> 6 & 0x3F));
        put(0x80 | (scalar & 0x3F));
    }
}

}  // namespace hyperlane
