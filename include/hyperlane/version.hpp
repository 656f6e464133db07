#pragma once

/// The version of the headers in use: macros for `#if`, `version` for people.
/// CMakeLists.txt names the version; configuring fails when this file disagrees.

#include <string_view>

#define HYPERLANE_VERSION_MAJOR 0
#define HYPERLANE_VERSION_MINOR 1
#define HYPERLANE_VERSION_PATCH 0

#define HYPERLANE_VERSION_QUOTE_(x) #x
#define HYPERLANE_VERSION_TEXT_(major, minor, patch) \
    HYPERLANE_VERSION_QUOTE_(major) "." HYPERLANE_VERSION_QUOTE_(minor) "." HYPERLANE_VERSION_QUOTE_(patch)

namespace hyperlane {

inline constexpr std::string_view version =
    HYPERLANE_VERSION_TEXT_(HYPERLANE_VERSION_MAJOR, HYPERLANE_VERSION_MINOR, HYPERLANE_VERSION_PATCH);

}  // namespace hyperlane

#undef HYPERLANE_VERSION_TEXT_
#undef HYPERLANE_VERSION_QUOTE_
