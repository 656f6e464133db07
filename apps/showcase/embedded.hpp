#pragma once

/// Files of this folder that are part of the program: the page, and the sources of the samples that it shows.

#include <span>
#include <string_view>

struct EmbeddedFile {
    std::string_view name;  ///< relative to this folder: "samples/basic.cpp"
    std::string_view content;
};

/// Written by the build, see cmake/Embed.cmake.
[[nodiscard]] std::span<const EmbeddedFile> embedded_files() noexcept;
