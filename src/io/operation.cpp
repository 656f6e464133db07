#include <hyperlane/io/operation.hpp>

#include <cassert>

namespace hyperlane::io {

bool Operation::suspend_below(std::coroutine_handle<> waiter, CancelScope* scope) noexcept {
    loop_ = Loop::current();
    assert(loop_ != nullptr && "awaiting outside of a running loop");
    if (scope != nullptr) {
        if (scope->cancelled()) {
            cancelled_ = true;
            return false;
        }
        scope->add(*this);
    }
    waiter_ = waiter;
    return true;
}

void Operation::on_cancel() noexcept {
    cancelled_ = true;
    detach();
    // An operation that is complete and queued already keeps its place; it resumes by throwing all the same.
    if (!Ready::linked()) loop_->enqueue(*this);
}

}  // namespace hyperlane::io
