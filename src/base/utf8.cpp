#include <hyperlane/base/utf8.hpp>

#include <bit>
#include <cstddef>
#include <cstring>

#if !defined(HYPERLANE_NO_SIMD) && defined(__SSE2__)
#include <emmintrin.h>
#define HYPERLANE_UTF8_SSE2 1
#endif

namespace hyperlane {

namespace {

// How many bytes at the beginning are ASCII, in whole steps: those that follow may be ASCII as well.
std::size_t ascii_steps(const char* text, std::size_t size) noexcept {
    std::size_t at = 0;
#if defined(HYPERLANE_UTF8_SSE2)
    for (; at + 16 <= size; at += 16) {
        if (_mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at))) != 0) return at;
    }
#endif
    for (; at + 8 <= size; at += 8) {
        std::uint64_t word;
        std::memcpy(&word, text + at, sizeof word);
        if ((word & 0x8080808080808080u) != 0) return at;
    }
    return at;
}

}  // namespace

bool Utf8Checker::lead(unsigned char byte) noexcept {
    low_ = 0x80;
    high_ = 0xBF;
    if (byte < 0x80) return true;
    if (byte < 0xC2 || byte > 0xF4) return false;
    if (byte < 0xE0) {
        missing_ = 1;
    } else if (byte < 0xF0) {
        missing_ = 2;
        if (byte == 0xE0) low_ = 0xA0;
        if (byte == 0xED) high_ = 0x9F;
    } else {
        missing_ = 3;
        if (byte == 0xF0) low_ = 0x90;
        if (byte == 0xF4) high_ = 0x8F;
    }
    return true;
}

bool Utf8Checker::feed(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        if (missing_ == 0) {
            at += ascii_steps(text.data() + at, text.size() - at);
            // A run of other characters is looked at byte by byte; only ASCII sends us back to the steps.
            while (at < text.size() && missing_ == 0) {
                const auto byte = static_cast<unsigned char>(text[at++]);
                if (!lead(byte)) return false;
                if (byte < 0x80 && at + 16 <= text.size()) break;
            }
            continue;
        }
        const auto byte = static_cast<unsigned char>(text[at++]);
        if (byte < low_ || byte > high_) return false;
        low_ = 0x80;
        high_ = 0xBF;
        --missing_;
    }
    return true;
}

}  // namespace hyperlane
