#pragma once

/// Time as the framework sees it. Deadlines use the steady clock of a loop, which tests replace by a virtual one.

// Durations, clocks and literals without the calendar, whose streams cost every program compile time; who uses the
// calendar includes <chrono>.
#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif

namespace hyperlane {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

}  // namespace hyperlane
