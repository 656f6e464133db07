#include "write_text.hpp"
#include <hyperlane/base/utf8.hpp>

#include <array>
#include <cstdint>
#include <cstring>

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
    const char* plain_from = in;  // from here on, what was taken stands in `out` as it is
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
        } else if (left < block_bytes && room >= left) {
            if (in_end - plain_from >= static_cast<std::ptrdiff_t>(block_bytes)) {
                // A whole block that reaches back over what is there already.
                const Block block = load_block(in_end - block_bytes);
                store_block(out + left - block_bytes, block);
                const std::size_t count = plain_prefix(block) + left - block_bytes;
                in += count;
                out += count;
                if (count == left) break;
            } else if (copy_plain_short(in, left, out)) {
                return {in_end, out + left};
            }
        }
        if (out_limit - out < static_cast<std::ptrdiff_t>(longest_escape)) break;
        if (!write_special(in, in_end, out)) return {nullptr, out};
        // Text beyond ASCII comes in runs.
        while (in < in_end && static_cast<unsigned char>(*in) >= 0x80 &&
               out_limit - out >= static_cast<std::ptrdiff_t>(longest_escape)) {
            if (!write_special(in, in_end, out)) return {nullptr, out};
        }
        plain_from = in;
    }
    return {in, out};
}

}  // namespace hyperlane::json
