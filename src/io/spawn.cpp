#include <hyperlane/io/log.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>

#include <string>

namespace hyperlane {

namespace io {

namespace {

std::string describe(const char* who, std::source_location where) {
    std::string text(who);
    if (where.line() != 0)
        text.append(" (").append(where.file_name()).append(":").append(std::to_string(where.line())).append(")");
    return text;
}

bool is_ordinary(ErrorCode code) noexcept { return code == ErrorCode::closed || code == ErrorCode::connection_reset; }

}  // namespace

void log_unhandled(const char* who, const Failure& failure) noexcept {
    try {
        std::rethrow_exception(failure.thrown);
    } catch (const Cancelled&) {
    } catch (const std::exception& caught) {
        log(LogLevel::error, describe(who, failure.where) + " threw: " + caught.what());
    } catch (...) {
        log(LogLevel::error, describe(who, failure.where) + " threw something that is not a std::exception");
    }
}

void log_unhandled(const char* who, const Error& returned, std::source_location where) noexcept {
    log(is_ordinary(returned.code) ? LogLevel::debug : LogLevel::error,
        describe(who, where) + " ended with an error that nobody awaited: " +
            (returned.message.empty() ? std::string(name_of(returned.code)) : returned.message));
}

void SpawnedBase::end() noexcept {
    completion.finish();
    if (!joinable) let_go();
}

void SpawnedBase::let_go() noexcept {
    joinable = false;
    if (const auto thrown = std::exchange(failure.thrown, nullptr)) {
        log_unhandled("a spawned task", {thrown, failure.where});
    }
    if (const Error* const error = std::exchange(returned, nullptr)) {
        log_unhandled("a spawned task", *error, failure.where);
    }
}

void SpawnedBase::take() {
    returned = nullptr;
    if (failure.thrown) std::rethrow_exception(std::exchange(failure.thrown, nullptr));
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

Scope::State::~State() {
    if (failure.thrown) io::log_unhandled("a task of a scope", failure);
}

void Scope::State::fail(io::Failure with) noexcept {
    if (!with.thrown) return;
    try {
        std::rethrow_exception(with.thrown);
    } catch (const Cancelled&) {
        return;
    } catch (...) {
    }
    // The first is for whoever joins, and cancels the rest.
    if (failure.thrown) return io::log_unhandled("a task of a scope", with);
    failure = std::move(with);
    scope.cancel();
}

void Scope::enter() {
    Loop& loop = Loop::require("Scope::spawn()");
    if (state_->running++ > 0) return;
    state_->idle = io::Completion();
    if (!state_->scope.cancelled()) state_->scope.attach(&loop.scope());
}

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
    if (state->failure.thrown) std::rethrow_exception(std::exchange(state->failure.thrown, nullptr));
}

}  // namespace hyperlane
