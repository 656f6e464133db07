#pragma once

/// The parts of the page for people that are the same for every API.

#include <string_view>

namespace hyperlane::web {

extern const std::string_view docs_style;
/// Reads the document from the element "document" and fills "nav" and "main". It makes elements and sets their text, so
/// that nothing in a document is taken for HTML.
extern const std::string_view docs_script;

}  // namespace hyperlane::web
