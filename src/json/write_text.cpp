#include "write_text.hpp"
#include "utf8.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace hyperlane::json {
namespace {

constexpr char plain = 0;
constexpr char hexadecimal = 1;
constexpr char beyond_ascii = 2;

// For each byte: what follows the backslash, or one of the classes above.
constexpr auto escapes = [] {
    std::array<char, 256> table{};
    for (std::size_t i = 0; i < 0x20; ++i) table[i] = hexadecimal;
    for (std::size_t i = 0x80; i < 256; ++i) table[i] = beyond_ascii;
    table['"'] = '"';
    table['\\'] = '\\';
    table['\b'] = 'b';
    table['\f'] = 'f';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    return table;
}();

#if defined(__SSE2__)

using Block = __m128i;

Block load_block(const char* in) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(in)); }
void store_block(char* out, Block block) { _mm_storeu_si128(reinterpret_cast<__m128i*>(out), block); }

// How many bytes of the block come before the first that is not copied as it is. As signed numbers, bytes beyond ASCII
// are below zero, hence below 0x20 too.
std::size_t plain_prefix(Block block) {
    const Block special = _mm_or_si128(
        _mm_cmplt_epi8(block, _mm_set1_epi8(0x20)),
        _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(special)) | 0x10000U;
    return static_cast<std::size_t>(std::countr_zero(mask));
}

#else

struct Block {
    std::array<char, 16> bytes;
};

Block load_block(const char* in) {
    Block block;
    std::memcpy(block.bytes.data(), in, sizeof(block));
    return block;
}
void store_block(char* out, const Block& block) { std::memcpy(out, block.bytes.data(), sizeof(block)); }
std::size_t plain_prefix(const Block& block) {
    std::size_t count = 0;
    while (count < block.bytes.size() && escapes[static_cast<unsigned char>(block.bytes[count])] == plain) ++count;
    return count;
}

#endif

constexpr std::size_t block_bytes = 16;

// Whether any of eight bytes is not copied as it is. Each line sets the high bit of the bytes it finds, and maybe of
// bytes above those.
bool has_special(std::uint64_t bytes) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t highs = ones * 0x80;
    const std::uint64_t quotes = bytes ^ ones * '"';
    const std::uint64_t backslashes = bytes ^ ones * '\\';
    return ((bytes | (bytes - ones * 0x20) | (quotes - ones) | (backslashes - ones)) & highs) != 0;
}

template <typename T>
T load(const char* in) {
    T value;
    std::memcpy(&value, in, sizeof(value));
    return value;
}

// Fewer than sixteen bytes with nothing special among them, by two overlapping words; false when there is something.
bool copy_plain_tail(const char* in, std::size_t count, char* out) {
    if (count >= 8) {
        const auto head = load<std::uint64_t>(in);
        const auto tail = load<std::uint64_t>(in + count - 8);
        if (has_special(head) || has_special(tail)) return false;
        std::memcpy(out, &head, 8);
        std::memcpy(out + count - 8, &tail, 8);
        return true;
    }
    if (count >= 4) {
        const auto head = load<std::uint32_t>(in);
        const auto tail = load<std::uint32_t>(in + count - 4);
        if (has_special(std::uint64_t{tail} << 32 | head)) return false;
        std::memcpy(out, &head, 4);
        std::memcpy(out + count - 4, &tail, 4);
        return true;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (escapes[static_cast<unsigned char>(in[i])] != plain) return false;
        out[i] = in[i];
    }
    return true;
}

// One character that needs a look.
bool write_special(const char*& in, const char* in_end, char*& out) {
    const auto byte = static_cast<unsigned char>(*in);
    const char escape = escapes[byte];
    if (escape == plain) {
        *out++ = *in++;
    } else if (escape == beyond_ascii) {
        const std::size_t length = utf8_length(in, in_end);
        if (length == 0) return false;
        for (std::size_t i = 0; i < length; ++i) *out++ = *in++;
    } else if (escape == hexadecimal) {
        std::memcpy(out, "\\u00", 4);
        out[4] = static_cast<char>('0' + (byte >> 4));
        out[5] = "0123456789abcdef"[byte & 15];
        out += 6;
        ++in;
    } else {
        *out++ = '\\';
        *out++ = escape;
        ++in;
    }
    return true;
}

}  // namespace

EscapeStep write_escaped(const char* in, const char* in_end, char* out, const char* out_limit) noexcept {
    while (in < in_end) {
        const auto left = static_cast<std::size_t>(in_end - in);
        const auto room = static_cast<std::size_t>(out_limit - out);
        if (left >= block_bytes && room >= block_bytes) {
            const Block block = load_block(in);
            store_block(out, block);
            const std::size_t count = plain_prefix(block);
            in += count;
            out += count;
            if (count == block_bytes) continue;
        } else if (left < block_bytes && room >= left && copy_plain_tail(in, left, out)) {
            return {in_end, out + left};
        }
        if (out_limit - out < static_cast<std::ptrdiff_t>(longest_escape)) break;
        if (!write_special(in, in_end, out)) return {nullptr, out};
        // Text beyond ASCII comes in runs.
        while (in < in_end && static_cast<unsigned char>(*in) >= 0x80 &&
               out_limit - out >= static_cast<std::ptrdiff_t>(longest_escape)) {
            if (!write_special(in, in_end, out)) return {nullptr, out};
        }
    }
    return {in, out};
}

}  // namespace hyperlane::json
