# Finds RE2 and defines RE2::RE2. Installed with the package, because RE2 only ships a CMake config of its own since it
# depends on Abseil; before that there are a header and a library.
#
# With HYPERLANE_STATIC_DEPENDENCIES the static archive is preferred: one file less to install and to load at start. Not of
# an RE2 that depends on Abseil (Debian 13's): the archive would need some forty of that one's.

find_package(re2 CONFIG QUIET)
if(TARGET re2::re2)
    set(RE2_FOUND TRUE)
    if(NOT TARGET RE2::RE2)
        add_library(RE2::RE2 INTERFACE IMPORTED)
        target_link_libraries(RE2::RE2 INTERFACE re2::re2)
    endif()
    return()
endif()

find_package(Threads REQUIRED)
find_path(RE2_INCLUDE_DIR re2/re2.h)
set(re2_uses_abseil "")
if(RE2_INCLUDE_DIR)
    file(STRINGS "${RE2_INCLUDE_DIR}/re2/re2.h" re2_uses_abseil REGEX "#include \"absl/")
endif()
if(HYPERLANE_STATIC_DEPENDENCIES AND NOT re2_uses_abseil)
    find_library(RE2_LIBRARY NAMES libre2.a re2)
else()
    find_library(RE2_LIBRARY NAMES re2)
endif()
unset(re2_uses_abseil)
mark_as_advanced(RE2_INCLUDE_DIR RE2_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(RE2 REQUIRED_VARS RE2_LIBRARY RE2_INCLUDE_DIR)
if(RE2_FOUND AND NOT TARGET RE2::RE2)
    add_library(RE2::RE2 UNKNOWN IMPORTED)
    set_target_properties(RE2::RE2 PROPERTIES
        IMPORTED_LOCATION "${RE2_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${RE2_INCLUDE_DIR}"
        INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
