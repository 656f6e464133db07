# Finds Brotli and defines Brotli::Brotli, both directions. Installed with the package, because Brotli ships no CMake
# config of its own.
#
# With HYPERLANE_STATIC_DEPENDENCIES the static archives are preferred: a program that compresses nothing gets nothing.

find_path(BROTLI_INCLUDE_DIR brotli/encode.h)
foreach(part enc dec common)
    if(HYPERLANE_STATIC_DEPENDENCIES)
        find_library(BROTLI_${part}_LIBRARY NAMES libbrotli${part}.a libbrotli${part}-static.a brotli${part})
    else()
        find_library(BROTLI_${part}_LIBRARY NAMES brotli${part})
    endif()
endforeach()
mark_as_advanced(BROTLI_INCLUDE_DIR BROTLI_enc_LIBRARY BROTLI_dec_LIBRARY BROTLI_common_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Brotli
    REQUIRED_VARS BROTLI_enc_LIBRARY BROTLI_dec_LIBRARY BROTLI_common_LIBRARY BROTLI_INCLUDE_DIR)
if(Brotli_FOUND AND NOT TARGET Brotli::Brotli)
    add_library(Brotli::Brotli INTERFACE IMPORTED)
    set_target_properties(Brotli::Brotli PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${BROTLI_INCLUDE_DIR}"
        INTERFACE_LINK_LIBRARIES "${BROTLI_enc_LIBRARY};${BROTLI_dec_LIBRARY};${BROTLI_common_LIBRARY}")
endif()
