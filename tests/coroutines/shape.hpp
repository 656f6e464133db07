#pragma once

/// What the programs of this folder share. Each shape is a handler written as people write it, on a route of its name;
/// what it awaits, it awaits for real, and every one of them answers `text`. `run` builds and asks them.
///
/// A line that ends in `// g++ 12` is one that this compiler gets wrong and the check for coroutines refuses.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/io/offload.hpp>
#include <hyperlane/realtime.hpp>
#include <hyperlane/typed.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace hyperlane;
using namespace std::chrono_literals;

/// Too long for the buffer inside a string: destroyed twice, the heap notices.
inline const std::string text = "a text that is long enough for the heap";

inline Task<std::string> fetch(std::string what = text) {
    co_await sleep(1ms);
    co_return what;
}

inline Task<bool> yes() {
    co_await sleep(1ms);
    co_return true;
}

/// Lists of strings in a statement that awaits: no g++ up to 14 compiles them, and it says so ("array used as
/// initializer", or an internal compiler error), so that nobody is misled.
#if defined(__clang__)
#define HYPERLANE_HAS_LISTS_IN_AWAITS
#endif

struct Shape {
    const char* name;
    Route route;
};

/// Serve each shape at /<name>; `/` lists them.
int serve(int argc, char** argv, std::vector<Shape> shapes);
