#pragma once

/// Cancellation goes down the chain of awaits: whoever is suspended below a cancelled scope is resumed, and its
/// `co_await` throws `Cancelled`, so that frames unwind and destructors run.

#include <hyperlane/base/intrusive_list.hpp>

#include <cassert>

namespace hyperlane {

/// Thrown out of a `co_await` that was cancelled. Not a std::exception on purpose: a handler that catches those to
/// report an error must not swallow its own cancellation.
struct Cancelled {};

namespace io {

struct CancelTag;

/// Something that must hear of a cancellation: a suspended operation, or a scope further down.
class CancelHook : public ListHook<CancelTag> {
public:
    /// Called once, after the hook has been unlinked. Must not run other people's code: resume later, by the loop.
    virtual void on_cancel() noexcept = 0;

protected:
    CancelHook() = default;
    ~CancelHook() = default;
};

/// A node in the tree of cancellation. Not thread-safe: it belongs to one loop.
class CancelScope final : CancelHook {
public:
    CancelScope() = default;
    explicit CancelScope(CancelScope* parent) noexcept { attach(parent); }

    /// Cancel everything below, now and in future. Idempotent.
    void cancel() noexcept;

    [[nodiscard]] bool cancelled() const noexcept { return cancelled_; }

    /// Register what `cancel` must reach; unlink the hook to take it out again.
    void add(CancelHook& hook) noexcept { hooks_.push_back(hook); }

    /// Hang this scope below `parent` (null: nowhere).
    void attach(CancelScope* parent) noexcept;

    /// Make it as good as new. Nothing may be registered.
    void reset() noexcept {
        assert(hooks_.empty());
        if (linked()) unlink();
        cancelled_ = false;
    }

private:
    void on_cancel() noexcept override { cancel(); }

    IntrusiveList<CancelHook, CancelTag> hooks_;
    bool cancelled_ = false;
};

}  // namespace io
}  // namespace hyperlane
