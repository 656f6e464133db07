# How our own code is compiled and linked when this is the top-level project. A project that includes us with
# add_subdirectory or FetchContent keeps its own flags: nothing here leaks out of `hyperlane_settings`, a target that
# only our own targets link, privately.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
add_library(hyperlane_settings INTERFACE)
target_compile_features(hyperlane_settings INTERFACE cxx_std_23)

if(NOT HYPERLANE_DEVELOPER)
    return()
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

# The interpreter that Debian's packages, python3-websockets for one, are for; not whichever is first on the PATH.
if(NOT DEFINED Python3_EXECUTABLE AND EXISTS "/usr/bin/python3")
    set(Python3_EXECUTABLE "/usr/bin/python3")
endif()

find_program(HYPERLANE_CCACHE ccache)
if(HYPERLANE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${HYPERLANE_CCACHE}")
endif()

# A faster linker, when there is one that this compiler can drive. Not for what people run: mold 1.10 takes members of our
# archive for what a shared library leaves undefined, and so loads libsimdjson and libstdc++ into every program, for a
# std::string function that both leave undefined.
include(CheckLinkerFlag)
foreach(linker IN ITEMS mold lld)
    if(NOT HYPERLANE_LINKER AND NOT CMAKE_BUILD_TYPE STREQUAL "Release")
        check_linker_flag(CXX "-fuse-ld=${linker}" HYPERLANE_HAS_${linker})
        if(HYPERLANE_HAS_${linker})
            set(HYPERLANE_LINKER ${linker})
        endif()
    endif()
endforeach()

file(RELATIVE_PATH path_back "${CMAKE_BINARY_DIR}" "${PROJECT_SOURCE_DIR}")
string(REGEX REPLACE "/$" "" path_back "${path_back}")
target_compile_options(hyperlane_settings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wimplicit-fallthrough
    $<$<BOOL:${HYPERLANE_WERROR}>:-Werror>
    # std::source_location and assert name files relative to the repository, wherever it was built. ccache makes paths
    # relative to the build folder when it shares objects between clones, hence the second one.
    "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/="
    "-ffile-prefix-map=${path_back}/="
    $<$<CONFIG:Release>:-fno-plt>
    $<$<CONFIG:Release>:-ffunction-sections>
    $<$<CONFIG:Release>:-fdata-sections>)
target_compile_definitions(hyperlane_settings INTERFACE
    $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_link_options(hyperlane_settings INTERFACE
    -Wl,--as-needed
    $<$<CONFIG:Release>:-Wl,--gc-sections>)
if(HYPERLANE_LINKER)
    target_link_options(hyperlane_settings INTERFACE "-fuse-ld=${HYPERLANE_LINKER}")
endif()

# What files that are compiled together hide from each other, and what a file keeps to itself although it is included,
# is no mistake; without unity these warnings are about mistakes.
if(NOT HYPERLANE_UNITY)
    target_compile_options(hyperlane_settings INTERFACE -Wshadow)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(HYPERLANE_UNITY_FLAGS -Wno-subobject-linkage)
endif()

if(HYPERLANE_SANITIZE)
    target_compile_options(hyperlane_settings INTERFACE
        "-fsanitize=${HYPERLANE_SANITIZE}" -fno-sanitize-recover=all -fno-omit-frame-pointer
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # g++ 12 gives false ones in instrumented code
    target_link_options(hyperlane_settings INTERFACE "-fsanitize=${HYPERLANE_SANITIZE}")
else()
    # Measured with a program that uses RE2, spdlog and a thread: exec to exit 1.3 ms -> 0.9 ms, resident memory
    # 3.6 MB -> 2.6 MB, and the binary runs on machines without our libstdc++.
    target_link_options(hyperlane_settings INTERFACE
        $<$<CONFIG:Release>:-static-libstdc++> $<$<CONFIG:Release>:-static-libgcc>)
endif()

if(HYPERLANE_LTO)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()
