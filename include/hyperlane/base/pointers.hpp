#pragma once

/// std::unique_ptr, std::shared_ptr and what makes them, at half the price of <memory>.

// The parts of libstdc++'s <memory> that are about pointers. The rest, atomics of shared pointers and the parallel
// algorithms' declarations, is time that every program would pay the compiler for.
#if __has_include(<bits/shared_ptr.h>) && __has_include(<bits/unique_ptr.h>)
#include <bits/shared_ptr.h>
#include <bits/unique_ptr.h>
#else
#include <memory>
#endif
