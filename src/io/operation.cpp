#include <hyperlane/io/operation.hpp>

#include <cassert>
#include <new>

namespace hyperlane::io {

constinit thread_local std::uint32_t ready_awaits_left = ready_budget;

bool Operation::suspend_below(std::coroutine_handle<> waiter, CancelScope* scope) noexcept {
    loop_ = Loop::current();
    assert(loop_ != nullptr && "awaiting outside of a running loop");
    if (scope != nullptr) {
        if (scope->cancelled()) {
            stopped_ = Stopped::cancelled;
            return false;
        }
        scope->add(*this);
    }
    waiter_ = waiter;
    if (begins_later_) loop_->defer(*this);
    return true;
}

bool Operation::begin_below(std::coroutine_handle<> waiter, CancelScope* scope) {
    const bool now = draw();
    if (!suspend_below(waiter, scope)) return false;
    if (!now || !begin()) return true;
    CancelHook::unlink();
    return false;
}

// The coroutine has let others run since it drew in vain.
void Operation::begin_now() noexcept {
    begins_later_ = false;
    refill_ready_budget();
    if (stopped_ == Stopped::no) {
        try {
            if (!begin()) return;
        } catch (...) {
            stopped_ = Stopped::out_of_memory;
        }
    }
    Ready::unlink();  // `begin` may have been told already
    resume();
}

void Operation::throw_stopped() const {
    if (stopped_ == Stopped::out_of_memory) throw std::bad_alloc();
    throw Cancelled{};
}

void Operation::on_cancel() noexcept {
    stopped_ = Stopped::cancelled;
    detach();
    // An operation that is complete and queued already keeps its place; it resumes by throwing all the same.
    if (!Ready::linked()) loop_->enqueue(*this);
}

}  // namespace hyperlane::io
