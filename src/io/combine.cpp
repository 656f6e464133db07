#include <hyperlane/io/combine.hpp>

namespace hyperlane::io {

namespace {

// borrows: the group that awaits it is a local of the awaiting frame
Task<> wait_until_done(Completion& done) { co_await done.wait(); }

}  // namespace

void Group::win(std::size_t index) noexcept {
    if (winner_ || error_) return;
    winner_ = index;
    scope_.cancel();
}

void Group::fail(std::exception_ptr error) noexcept {
    if (winner_ || error_) return;
    error_ = std::move(error);
    scope_.cancel();
}

Task<> Group::finish() {
    // Not below the caller's scope: its cancellation reaches the tasks through `scope_`, and they must have unwound
    // before the frame that holds their results may go.
    CancelScope shield;
    if (running_ > 0) co_await wait_until_done(done_).below(shield);
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
    if (scope_.cancelled() && !winner_) throw Cancelled{};
}

}  // namespace hyperlane::io
