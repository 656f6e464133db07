#include <hyperlane/io/log.hpp>
#include <hyperlane/io/loop.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/lifecycle.hpp>

#include <algorithm>
#include <exception>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

namespace hyperlane {

void* ServerContext::find_data(web::TypeKey key, std::string_view type_name) const {
    if (void* found = settings_->find_state(key)) return found;
    throw std::logic_error("no application state of type " + std::string(type_name) +
                           ": give it to the server before it runs, with server.data(…)");
}

namespace web {

Task<Result<>> as_result(Task<> task) {
    co_await std::move(task);
    co_return Result<>();
}

Task<Result<>> no_error() { co_return Result<>(); }

namespace {

std::string describe(const char* what, std::source_location where) {
    return std::string(what) + " registered at " + where.file_name() + ":" + std::to_string(where.line());
}

// What a hook throws is an error as well.
// borrows: the hooks are the dispatcher's, which outlives its loops
Task<Result<>> call_hook(const RegisteredHook& hook, ServerContext server, const char* what) {
    std::string reason;
    ErrorCode code = ErrorCode::system;
    try {
        Result<> result = co_await hook.call(server);
        if (result) co_return Result<>();
        code = result.error().code;
        reason = result.error().message.empty() ? std::string(name_of(code)) : result.error().message;
    } catch (const std::exception& error) {
        reason = error.what();
    }
    co_return fail(code, describe(what, hook.where) + " failed: " + reason);
}

Duration up_to(Duration most) {
    if (most <= Duration::zero()) return Duration::zero();
    thread_local std::minstd_rand random{std::random_device()()};
    return Duration(std::uniform_int_distribution<Duration::rep>(0, most.count())(random));
}

// Never twice at a time, and at the times that were meant, however long a run takes: those that are missed are left
// out.
Task<> repeat(const PeriodicTask* task, ServerContext server) {
    Loop& loop = *Loop::current();
    TimePoint due = loop.now();
    for (bool at_once = task->options.at_once;; at_once = false) {
        if (!at_once) {
            due += task->period;
            if (due < loop.now()) due += task->period * ((loop.now() - due) / task->period + 1);
            co_await sleep(due - loop.now() + up_to(task->options.jitter));
        }
        const Result<> result = co_await call_hook(task->hook, server, "periodic task");
        if (!result) log(LogLevel::error, result.error().message);
    }
}

io::Detached drive(io::CancelScope*, Task<Result<>> task, std::shared_ptr<Ending> ending) {
    try {
        ending->result = co_await std::move(task);
    } catch (const Cancelled&) {
        ending->result = fail(ErrorCode::cancelled, "cancelled");
    } catch (const std::exception& error) {
        ending->result = fail(ErrorCode::system, error.what());
    } catch (...) {
        ending->result = fail(ErrorCode::system, "something that is not a std::exception was thrown");
    }
    ending->ended = true;
}

}  // namespace

std::shared_ptr<const Ending> begin_on(Loop& loop, Task<Result<>> task) {
    auto ending = std::make_shared<Ending>();
    loop.post([task = std::move(task), ending]() mutable { drive(nullptr, std::move(task), std::move(ending)); });
    return ending;
}

Lifecycle::Lifecycle(const LifecycleHooks& hooks, const ServerSettings& settings, Loop& loop) noexcept
    : hooks_(&hooks), context_(settings) {
    scope_.attach(&loop.scope());
}

Lifecycle::~Lifecycle() = default;

Task<Result<>> Lifecycle::start() { return run_start_hooks().below(scope_); }

Task<Result<>> Lifecycle::run_start_hooks() {
    for (const RegisteredHook& hook : hooks_->start) {
        Result<> result = co_await call_hook(hook, context_, "start-up hook");
        if (!result) co_return result;
    }
    started_ = true;
    begin_periodic();
    co_return Result<>();
}

void Lifecycle::begin_periodic() {
    for (const PeriodicTask& task : hooks_->periodic) periodic_.spawn(repeat, &task, context_);
}

void Lifecycle::stop_periodic() noexcept { periodic_.cancel(); }

Task<> Lifecycle::stop(Duration longest) {
    stop_periodic();
    co_await periodic_.join();
    if (!std::exchange(started_, false) || hooks_->stop.empty()) co_return;
    if (longest <= Duration::zero()) {
        co_await run_stop_hooks().below(scope_);
        co_return;
    }
    const Result<> in_time = co_await timeout(longest, run_stop_hooks()).below(scope_);
    if (!in_time) log(LogLevel::error, "shutdown hooks: " + in_time.error().message);
}

Task<> Lifecycle::run_stop_hooks() {
    const auto& hooks = hooks_->stop;
    for (auto hook = hooks.rbegin(); hook != hooks.rend(); ++hook) {
        const Result<> result = co_await call_hook(*hook, context_, "shutdown hook");
        if (!result) log(LogLevel::error, result.error().message);
    }
}

void Lifecycle::abandon() noexcept {
    stop_periodic();
    scope_.cancel();
}

}  // namespace web
}  // namespace hyperlane
