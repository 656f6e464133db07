#pragma once

/// HYPERLANE_ASAN is 1 when AddressSanitizer watches this build: pools then hand memory back to the heap at once,
/// so that a use after release is reported where it happens.

#if defined(__SANITIZE_ADDRESS__)
#define HYPERLANE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HYPERLANE_ASAN 1
#endif
#endif
#ifndef HYPERLANE_ASAN
#define HYPERLANE_ASAN 0
#endif
