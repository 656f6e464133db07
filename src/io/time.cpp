#include <hyperlane/io/time.hpp>

#include <chrono>
#include <string>

namespace hyperlane::io {

Deadline::Deadline(CancelScope& scope, Duration length) : scope_(&scope) {
    Loop& loop = Loop::require("a deadline");
    loop.arm(*this, loop.now_plus(length));
}

void Deadline::on_timer() noexcept {
    passed_ = true;
    scope_->cancel();
}

Error timed_out_after(Duration length) {
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
    return Error(ErrorCode::timed_out, "not done after " + std::to_string(milliseconds) + " ms");
}

}  // namespace hyperlane::io
