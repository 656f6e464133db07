# A compiler that compiles coroutines correctly, for programs that use the library:
#
#   cmake -B build -DCMAKE_TOOLCHAIN_FILE=PREFIX/lib/cmake/hyperlane/toolchain.cmake
#
# A compiler is chosen before project() and before any package is found; hence a file of its own. Clang before g++, because
# a system with g++ 12 as its compiler has no newer libstdc++.

find_program(HYPERLANE_CXX NAMES clang++-19 clang++-20 clang++-21 clang++-22 g++-13 g++-14 g++-15 g++-16)
if(NOT HYPERLANE_CXX)
    find_program(HYPERLANE_PLAIN_GCC NAMES g++)
    if(HYPERLANE_PLAIN_GCC)
        execute_process(COMMAND "${HYPERLANE_PLAIN_GCC}" -dumpversion OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
        if(version VERSION_GREATER_EQUAL 13)
            set(HYPERLANE_CXX "${HYPERLANE_PLAIN_GCC}")
        endif()
    endif()
endif()
if(NOT HYPERLANE_CXX)
    message(FATAL_ERROR "no C++ compiler that compiles coroutines correctly: on Debian and Ubuntu, sudo apt-get install clang-19")
endif()
set(CMAKE_CXX_COMPILER "${HYPERLANE_CXX}")
