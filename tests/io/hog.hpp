#pragma once

/// Coroutines that await what is ready, again and again, and how others fare beside them.

#include <hyperlane/io/operation.hpp>
#include <hyperlane/io/time.hpp>
#include "io/run.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

namespace hyperlane::testing {

/// `while (hog.goes_on()) co_await something_ready();` ends by itself only when nobody else could stop it.
struct Hog {
    static constexpr std::size_t most = 200'000;

    bool goes_on() noexcept { return !stop && awaits++ < most; }
    [[nodiscard]] bool shares() const noexcept { return awaits < most; }

    std::size_t awaits = 0;
    std::size_t most_in_a_turn = 0;
    bool stop = false;
};

/// Runs once a turn, by the queue and by a timer, and stops the hog after some turns.
inline Task<> stop_after(std::shared_ptr<Hog> hog, int turns) {
    for (int i = 0; i < turns; ++i) {
        const std::size_t before = hog->awaits;
        if (i % 2 == 0) {
            co_await yield();
        } else {
            co_await sleep(Duration::zero());
        }
        hog->most_in_a_turn = std::max(hog->most_in_a_turn, hog->awaits - before);
    }
    hog->stop = true;
}

template <typename Make>
Task<> await_again_and_again(std::shared_ptr<Hog> hog, Make make) {
    while (hog->goes_on()) co_await make();
}

template <typename Make>
Task<> cancel_and_go_on(std::shared_ptr<Hog> hog, Make make, io::CancelScope* scope) {
    scope->cancel();
    while (hog->goes_on()) co_await make();
}

/// Others run beside a loop over `make()`, an await or a task that is ready; a cancellation reaches it, from outside
/// and from inside.
///
/// in  awaits: how many ready awaits of the library `make()` is
template <typename Make>
void expect_shared(Loop& loop, Make make, std::size_t awaits = 1) {
    const auto hog = std::make_shared<Hog>();
    const auto hogging = start(loop, await_again_and_again(hog, make));
    const auto neighbour = start(loop, stop_after(hog, 40));
    loop.run_until([&] { return hogging->ended && neighbour->ended; });
    hogging->take();
    EXPECT_TRUE(hog->shares()) << "the loop was not shared";
    EXPECT_LE(hog->most_in_a_turn, io::ready_budget / awaits + 1);
    EXPECT_GE(hog->awaits, 20U) << "nothing was awaited";

    const auto cancelled = std::make_shared<Hog>();
    io::CancelScope scope(&loop.scope());
    const auto unwinding = start(loop, await_again_and_again(cancelled, make), scope);
    for (int i = 0; i < 3; ++i) turn(loop);
    scope.cancel();
    loop.run_until([&] { return unwinding->ended; });
    EXPECT_TRUE(unwinding->cancelled && cancelled->shares()) << "its cancellation did not arrive";

    const auto own = std::make_shared<Hog>();
    io::CancelScope own_scope(&loop.scope());
    const auto itself = start(loop, cancel_and_go_on(own, make, &own_scope), own_scope);
    loop.run_until([&] { return itself->ended; });
    EXPECT_TRUE(itself->cancelled) << "an await below a cancelled scope went on";
    EXPECT_LE(own->awaits, io::ready_budget / awaits + 2);
}

}  // namespace hyperlane::testing
