#include <hyperlane/io/cancellation.hpp>

namespace hyperlane::io {

void CancelScope::cancel() noexcept {
    if (cancelled_) return;
    cancelled_ = true;
    while (!hooks_.empty()) hooks_.pop_front().on_cancel();
}

void CancelScope::attach(CancelScope* parent) noexcept {
    unlink();
    if (parent == nullptr) return;
    if (parent->cancelled_) {
        cancel();
    } else {
        parent->add(*this);
    }
}

}  // namespace hyperlane::io
