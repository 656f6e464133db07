#!/usr/bin/env bash
# run.sh BUILD_DIR: uses the library from a project outside the tree in every way that the documents promise, runs each
# program, and compares what it prints.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compiler=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")
launcher=()
if command -v ccache >/dev/null; then
    launcher=("-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
fi

check_run() {
    local way=$1 program=$2 printed
    printed=$("$program")
    if [[ $printed != "$(cat "$here/consumer/expected.txt")" ]]; then
        printf '%s: the program printed "%s"\n' "$way" "$printed"
        exit 1
    fi
    printf '%s: works\n' "$way"
}

# consumer WAY [CMAKE ARGS...]
consumer() {
    local way=$1
    shift
    cmake -G Ninja -S "$here/consumer" -B "$work/$way" -DCMAKE_CXX_COMPILER="$compiler" -DHYPERLANE_FROM="$way" \
        "${launcher[@]}" "$@" >"$work/log" 2>&1 || { cat "$work/log" && exit 1; }
    cmake --build "$work/$way" >"$work/log" 2>&1 || { cat "$work/log" && exit 1; }
    check_run "$way" "$work/$way/consumer"
}

cmake --install "$build" --prefix "$work/prefix" >/dev/null

consumer find_package -DCMAKE_PREFIX_PATH="$work/prefix"
consumer add_subdirectory -DHYPERLANE_SOURCE="$root" -DCMAKE_UNITY_BUILD=ON  # which users switch on, and is faster
consumer fetch_content -DHYPERLANE_SOURCE="$root" -DCMAKE_UNITY_BUILD=ON

# Nothing of ours but the library may come along.
if find "$work/add_subdirectory" "$work/fetch_content" -type f -perm -u+x \( -name 'test_*' -o -name 'showcase' \) | grep -q .; then
    printf 'a consumer builds tests or apps of ours\n'
    exit 1
fi

# The installed headers must be enough: the prefix moves, the sources are not looked at.
PKG_CONFIG_PATH=$(dirname "$(find "$work/prefix" -name hyperlane.pc)")
export PKG_CONFIG_PATH
read -ra flags < <(pkg-config --define-variable=prefix="$work/prefix" --cflags --libs --static hyperlane)
"$compiler" -std=c++23 "$here/consumer/main.cpp" -o "$work/by_pkg_config" "${flags[@]}"
check_run pkg-config "$work/by_pkg_config"
