#pragma once

/// Time as the framework sees it. Deadlines use the steady clock of a loop, which tests replace by a virtual one.

#include <chrono>

namespace hyperlane {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

}  // namespace hyperlane
