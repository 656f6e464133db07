#pragma once

/// Says where an error is, and why a text could not be taken apart into tokens.

#include <hyperlane/json/read.hpp>
#include "tokens.hpp"

#include <cstddef>
#include <string_view>

namespace hyperlane::json {

/// Fill in offset, line and column. Goes over the text up to there.
void locate(std::string_view text, std::size_t offset, ReadError& error);

/// cost  goes over the text again, character by character
[[nodiscard]] ReadError explain_scan(std::string_view text, ScanResult result, const ReadOptions& options);

}  // namespace hyperlane::json
