# Executables of ours: in bin/, with our settings, linked to the whole library.
#
# Programs are coroutines as people write them, and g++ 12 compiles some of those wrongly (docs/coroutines.md). The library
# keeps the rules that g++ 12 needs, and is compiled by whichever compiler CMake was given; programs are compiled by one
# that is right. Both use the same standard library, and their objects are linked together.

set(program_launcher "")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13 AND NOT HYPERLANE_SANITIZE)
    # Not a newer g++: what it compiles needs its own, newer libstdc++.
    find_program(HYPERLANE_PROGRAM_COMPILER NAMES clang++-19 clang++-20 clang++-21
        DOC "C++ compiler for apps/ and examples/, when g++ 12 compiles the library")
    if(NOT HYPERLANE_PROGRAM_COMPILER)
        set(HYPERLANE_PROGRAM_COMPILER "")
        message(WARNING "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines: install clang-19 for the programs in apps/ and examples/")
    elseif(NOT HYPERLANE_PROGRAM_COMPILER STREQUAL CMAKE_CXX_COMPILER)
        set(program_launcher "${PROJECT_SOURCE_DIR}/cmake/compile_with" "${CMAKE_CXX_COMPILER}"
            ${CMAKE_CXX_COMPILER_LAUNCHER} "${HYPERLANE_PROGRAM_COMPILER}")
    endif()
endif()

function(hyperlane_program name)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE hyperlane hyperlane_settings)
    target_compile_options(${name} PRIVATE ${HYPERLANE_CALLER_FLAGS})
    if(program_launcher)
        set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "${program_launcher}")
    endif()
endfunction()

# All .cpp files below a folder; nothing when there is none (a folder of assets).
function(hyperlane_program_from name folder)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
    if(sources)
        hyperlane_program(${name} ${sources})
        target_include_directories(${name} PRIVATE "${folder}")
    endif()
endfunction()
