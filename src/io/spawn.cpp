#include <hyperlane/io/log.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>

#include <string>

namespace hyperlane {

namespace io {

void log_unhandled(std::string_view who, const std::exception_ptr& error) noexcept {
    try {
        std::rethrow_exception(error);
    } catch (const Cancelled&) {
    } catch (const std::exception& caught) {
        log(LogLevel::error, std::string(who) + " threw: " + caught.what());
    } catch (...) {
        log(LogLevel::error, std::string(who) + " threw something that is not a std::exception");
    }
}

void Completion::finish() noexcept {
    done_ = true;
    if (awaiter_ != nullptr) std::exchange(awaiter_, nullptr)->resume_soon();
}

namespace {

// borrows: the awaiting coroutine holds a share of the state that this is in
Task<> wait_for(Completion& completion) { co_await completion.wait(); }

}  // namespace

}  // namespace io

Scope::Scope() : state_(std::make_shared<State>()) {}

Task<> Scope::join_state(std::shared_ptr<State> state) {
    if (state->running == 0) co_await yield_when_due();
    // Again and again: whoever was told that the scope is idle may have spawned more before this resumes.
    bool cancelled = false;
    while (state->running > 0 && !cancelled) {
        try {
            co_await state->idle.wait();
        } catch (const Cancelled&) {
            cancelled = true;
        }
    }
    if (cancelled) {
        // The waiting goes on below a scope of its own: leaving before the tasks have unwound would let them outlive
        // what they refer to.
        state->scope.cancel();
        io::CancelScope shield;
        while (state->running > 0) co_await io::wait_for(state->idle).below(shield);
        throw Cancelled{};
    }
    if (state->error) std::rethrow_exception(std::exchange(state->error, nullptr));
}

}  // namespace hyperlane
