#pragma once

/// The masking of client frames (RFC 6455 5.3): each byte is XORed with one byte of a key of four, in turn.

#include <array>
#include <cstddef>
#include <span>

namespace hyperlane::websocket {

using MaskKey = std::array<unsigned char, 4>;

/// Mask or unmask in place, 16 or 8 bytes at a time.
///
/// in  offset: how many bytes of the frame came before `data`
void apply_mask(std::span<char> data, MaskKey key, std::size_t offset) noexcept;

namespace portable {

/// The same in a plain register; there in every build, for the test that compares the two.
void apply_mask(std::span<char> data, MaskKey key, std::size_t offset) noexcept;

}  // namespace portable

/// A key that a peer cannot predict (RFC 6455 5.3, 10.3), from the operating system's generator.
/// cost  a system call for every 256 keys of a thread
[[nodiscard]] MaskKey random_mask_key();

}  // namespace hyperlane::websocket
