#pragma once

/// The page for people: page/page.html with its style, its scripts and the document in it. The files of page/ are part
/// of the library, and of those programs only that call `Server::openapi`.

#include <span>
#include <string>
#include <string_view>

namespace hyperlane::web {

struct PageFile {
    std::string_view name;
    std::string_view content;
    std::string_view csp_hash;  ///< for a Content-Security-Policy: 'sha256-…'
};

/// Written by the build, see cmake/Embed.cmake.
[[nodiscard]] std::span<const PageFile> docs_page_files() noexcept;

/// The sources that the page needs, as a Content-Security-Policy: its own style and scripts, and no others.
[[nodiscard]] std::string docs_page_policy();

}  // namespace hyperlane::web
