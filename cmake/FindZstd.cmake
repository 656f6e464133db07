# Finds Zstandard and defines Zstd::Zstd. Installed with the package, because not every distribution has its CMake
# config.
#
# With HYPERLANE_STATIC_DEPENDENCIES the static archive is preferred: a program that compresses nothing gets nothing.

find_path(ZSTD_INCLUDE_DIR zstd.h)
if(HYPERLANE_STATIC_DEPENDENCIES)
    find_library(ZSTD_LIBRARY NAMES libzstd.a zstd)
else()
    find_library(ZSTD_LIBRARY NAMES zstd)
endif()
mark_as_advanced(ZSTD_INCLUDE_DIR ZSTD_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Zstd REQUIRED_VARS ZSTD_LIBRARY ZSTD_INCLUDE_DIR)
if(Zstd_FOUND AND NOT TARGET Zstd::Zstd)
    add_library(Zstd::Zstd UNKNOWN IMPORTED)
    set_target_properties(Zstd::Zstd PROPERTIES
        IMPORTED_LOCATION "${ZSTD_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${ZSTD_INCLUDE_DIR}")
endif()
