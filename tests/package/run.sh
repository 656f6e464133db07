#!/usr/bin/env bash
# run.sh BUILD_DIR [COMPILER]: uses the library of a build from projects outside the tree, in every way that the documents
# promise, with COMPILER (or that of the build), and compares what the program prints. The library is not built again: what
# is compiled as a part of a consumer is one room of it.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

library_compiler=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
compiler=${2:-$library_compiler}
launcher=()
if command -v ccache >/dev/null; then
    launcher=("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
fi

fail() {
    [[ -f $work/log ]] && cat "$work/log"
    printf 'package: %s\n' "$*"
    exit 1
}

expect_hello() {
    local way=$1 program=$2 printed
    printed=$("$program")
    [[ $printed == "$(cat "$here/consumer/expected.txt")" ]] || fail "$way: the program printed \"$printed\""
    printf '%s: works\n' "$way"
}

# configure WAY PROJECT [CMAKE ARGS...]
configure() {
    cmake -G Ninja -S "$here/$2" -B "$work/$1" "${@:3}" >"$work/log" 2>&1 || fail "$1: is not configured"
}

# Installed, and then moved: nothing may know where it was.
cmake --install "$build" --prefix "$work/first" >/dev/null
mv "$work/first" "$work/prefix"
package=$(dirname "$(find "$work/prefix" -name hyperlaneConfig.cmake)")
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name hyperlane.pc)")
export PKG_CONFIG_PATH
read -ra compile_flags < <(pkg-config --cflags hyperlane)
read -ra link_flags < <(pkg-config --libs --static hyperlane)

configure find_package consumer "-DCMAKE_CXX_COMPILER=$compiler" -DCMAKE_PREFIX_PATH="$work/prefix" -DHYPERLANE_FROM=find_package
ninja -C "$work/find_package" >"$work/log" 2>&1 || fail "find_package: does not build"
expect_hello find_package "$work/find_package/consumer"

"$compiler" -std=c++23 "${compile_flags[@]}" "$here/consumer/main.cpp" -o "$work/by_pkg_config" "${link_flags[@]}"
expect_hello pkg-config "$work/by_pkg_config"

for way in add_subdirectory fetch_content; do
    configure "$way" consumer "-DCMAKE_CXX_COMPILER=$compiler" "${launcher[@]}" -DHYPERLANE_SOURCE="$root" -DHYPERLANE_FROM="$way"
    object=CMakeFiles/consumer.dir/main.cpp.o
    ninja -C "$work/$way" "$object" hyperlane_base >"$work/log" 2>&1 || fail "$way: does not build"
    "$compiler" "$work/$way/$object" -o "$work/$way/consumer" "${link_flags[@]}"
    expect_hello "$way" "$work/$way/consumer"
    # Every room, all that they need, and nothing of ours besides.
    ninja -C "$work/$way" -t commands consumer >"$work/log"
    for part in hyperlane_base hyperlane_io hyperlane_json hyperlane_http hyperlane_web libre2 libz; do
        grep -q "$part" "$work/log" || fail "$way: $part is not linked"
    done
    ninja -C "$work/$way" -t targets all >"$work/log"
    if grep -E '(^|/)(test_[a-z]*|showcase|hello): ' "$work/log"; then fail "$way: a consumer builds tests or apps of ours"; fi
done

configure toolchain consumer -DCMAKE_TOOLCHAIN_FILE="$package/toolchain.cmake" -DCMAKE_PREFIX_PATH="$work/prefix" -DHYPERLANE_FROM=find_package
if grep -q 'compiles coroutines wrongly' "$work/log"; then fail "the toolchain file chooses a compiler that is wrong"; fi
printf 'toolchain: chooses %s\n' "$(sed -n 's/^HYPERLANE_CXX:[A-Z]*=//p' "$work/toolchain/CMakeCache.txt")"

if [[ $("$library_compiler" --version | head -n 1) != *g++*\ 12.* ]]; then
    printf 'g++ 12 is not here: its check is not tried\n'
    exit 0
fi
# refuse WAY [CMAKE ARGS...]
refuse() {
    configure "$1" refused "-DCMAKE_CXX_COMPILER=$library_compiler" "${@:2}"
    grep -q 'compiles coroutines wrongly' "$work/log" || fail "$1: no warning of g++ 12"
    if ninja -C "$work/$1" -k 0 CMakeFiles/refused.dir/main.cpp.o >"$work/log" 2>&1; then fail "$1: nothing is refused"; fi
    grep -q 'main.cpp:10: error: .*captures' "$work/log" || fail "$1: the capture is not named"
    grep -q 'part.hpp:8: error: .*declares no variable' "$work/log" || fail "$1: the condition in a header is not named"
    if grep -q 'Building CXX object' "$work/log"; then fail "$1: compiles what is refused"; fi
    printf '%s: g++ 12 is warned of and checked\n' "$1"
}

refuse from_package -DCMAKE_PREFIX_PATH="$work/prefix"
refuse from_source -DHYPERLANE_SOURCE="$root"
configure silent refused "-DCMAKE_CXX_COMPILER=$library_compiler" -DCMAKE_PREFIX_PATH="$work/prefix" \
    -DHYPERLANE_ALLOW_GCC_12=ON -DHYPERLANE_CHECK_COROUTINES=OFF
if grep -q 'compiles coroutines wrongly' "$work/log"; then fail "HYPERLANE_ALLOW_GCC_12 does not silence the warning"; fi
if ninja -C "$work/silent" -t targets all | grep -q refused_coroutines; then fail "HYPERLANE_CHECK_COROUTINES=OFF checks"; fi
printf 'options: silence the warning and the check\n'
