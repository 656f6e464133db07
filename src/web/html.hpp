#pragma once

/// Text that goes into a page of ours.

#include <string>
#include <string_view>

namespace hyperlane::web {

/// As the content of an element or of a quoted attribute.
[[nodiscard]] std::string escaped_html(std::string_view text);

}  // namespace hyperlane::web
