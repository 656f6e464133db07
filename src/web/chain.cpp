#include <hyperlane/http/status.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/web/app.hpp>
#include <hyperlane/web/respond_error.hpp>

#include <exception>
#include <stdexcept>
#include <string>

namespace hyperlane {

namespace web {

namespace {

WebExchange& web_exchange(const Context& ctx) noexcept { return static_cast<WebExchange&>(ctx.exchange()); }

// Has somebody answered, so that what comes later in the chain must not run?
bool stopped(const WebExchange& exchange) noexcept {
    return exchange.response.answered() || exchange.aborted() || exchange.stage() != http::Stage::open;
}

HttpError refusal_of(const WebExchange& exchange) {
    HttpError error(exchange.refusal.status, std::string(exchange.refusal.reason));
    return exchange.refusal.status == 503 ? std::move(error).with_code("handler_timeout") : error;
}

[[noreturn]] void throw_refusal(const WebExchange& exchange) { throw refusal_of(exchange); }

void log_failure(const Context& ctx, std::string_view what, LogLevel level = LogLevel::error) noexcept {
    log(level, describe_failure(ctx, what));
}

void answer_failure(const Context& ctx, const HttpError& error) noexcept {
    WebExchange& exchange = web_exchange(ctx);
    if (exchange.stage() != http::Stage::open) return exchange.break_off();
    try {
        exchange.app->render(ctx, error);
    } catch (const std::exception& thrown) {
        log_failure(ctx, std::string("the error hook threw: ") + thrown.what());
    } catch (...) {
        log_failure(ctx, "the error hook threw something that is not a std::exception");
    }
}

// What a handler returned instead of throwing.
class ReturnedError final : public std::runtime_error {
public:
    explicit ReturnedError(const Error& error)
        : std::runtime_error(error.message.empty() ? std::string(name_of(error.code)) : error.message),
          status_(status_for(error.code)),
          public_(status_ < 500 && error.os_error == 0) {}

    [[nodiscard]] int status() const noexcept { return status_; }
    /// What the client may read: messages of the operating system name files and addresses.
    [[nodiscard]] std::string message() const { return public_ ? what() : std::string(); }

private:
    int status_;
    bool public_;
};

// A limit or a time-out was passed; nobody has told the log yet.
void answer_refusal(const Context& ctx) noexcept {
    const HttpError error = refusal_of(web_exchange(ctx));
    if (error.status() >= 500) log_failure(ctx, error.what(), LogLevel::warn);
    answer_failure(ctx, error);
}

// What middleware such as `recover` makes of an exception that has no status.
// returns  whether one has answered
bool recovered(const Context& ctx, const std::exception_ptr& thrown) {
    const WebExchange& exchange = web_exchange(ctx);
    if (exchange.stage() != http::Stage::open) return false;
    for (const RecoverHook& hook : exchange.endpoint->recover) {
        if (hook(ctx, thrown)) return true;
    }
    return false;
}

// The mistake of a program: in the log, and nowhere else but in development.
void answer_mistake(const Context& ctx, const std::exception_ptr& thrown, const char* what) noexcept {
    try {
        if (recovered(ctx, thrown)) return log_failure(ctx, what);
    } catch (const HttpError& error) {
        log_failure(ctx, what);
        return answer_failure(ctx, error);
    } catch (const std::exception& error) {
        log_failure(ctx, std::string("recovering from \"") + what + "\" threw: " + error.what());
        return answer_failure(ctx, HttpError(500));
    } catch (...) {
        log_failure(ctx, std::string("recovering from \"") + what + "\" threw something that is not a std::exception");
        return answer_failure(ctx, HttpError(500));
    }
    log_failure(ctx, what);
    answer_failure(ctx, HttpError(500, web_exchange(ctx).app->development() ? what : std::string()));
}

// The one place where what a handler threw becomes a response.
void answer_exception(const Context& ctx, const std::exception_ptr& thrown) noexcept {
    const WebExchange& exchange = web_exchange(ctx);
    try {
        std::rethrow_exception(thrown);
    } catch (const Cancelled&) {
        // Aborted, or the client has gone. What was being streamed must not look whole.
        if (exchange.refusal.status == 0) return web_exchange(ctx).break_off();
        answer_refusal(ctx);
    } catch (const HttpError& error) {
        const bool seen_by_client = exchange.stage() == http::Stage::open && error.status() < 500;
        if (!seen_by_client && exchange.refusal.status == 0) log_failure(ctx, error.what());
        answer_failure(ctx, error);
    } catch (const ReturnedError& error) {
        // The body of the request could not be read, and the handler passes on what it was told.
        if (exchange.refusal.status != 0) return answer_refusal(ctx);
        if (const HttpError* told = find_told_error(ctx, error.what())) {
            if (told->status() >= 500) log_failure(ctx, told->what());
            return answer_failure(ctx, *told);
        }
        if (error.status() >= 500 || exchange.stage() != http::Stage::open) log_failure(ctx, error.what());
        answer_failure(ctx, HttpError(error.status(), exchange.app->development() ? error.what() : error.message()));
    } catch (const std::exception& error) {
        answer_mistake(ctx, thrown, error.what());
    } catch (...) {
        answer_mistake(ctx, thrown, "threw something that is not a std::exception");
    }
}

std::vector<Handler>::const_iterator step_at(const std::vector<Handler>& steps, std::size_t at) noexcept {
    return steps.begin() + static_cast<std::ptrdiff_t>(at);
}
std::size_t index_of(const std::vector<Handler>& steps, std::vector<Handler>::const_iterator step) noexcept {
    return static_cast<std::size_t>(step - steps.begin());
}

// Response middleware, from `at` on, as far as it goes without suspending.
// returns  whether all of it has run
[[gnu::always_inline]] inline bool run_plain_after(const Context& ctx, const Endpoint& endpoint,
                                                   std::size_t& at) noexcept {
    // By iterators: a size of such a vector costs a division.
    for (auto step = step_at(endpoint.after, at); step != endpoint.after.end(); ++step) {
        if (!step->is_plain()) [[unlikely]] {
            at = index_of(endpoint.after, step);
            return false;
        }
        try {
            step->call(ctx);
        } catch (...) {
            answer_exception(ctx, std::current_exception());
        }
    }
    return true;
}

// `scope` cancels the handler only: response middleware runs also for a request that was aborted.
[[gnu::noinline]] io::Detached run_after(io::CancelScope*, http::ExchangePtr kept, std::size_t at) {
    auto& exchange = static_cast<WebExchange&>(*kept);
    const Context ctx(kept);
    while (!run_plain_after(ctx, *exchange.endpoint, at)) {
        std::exception_ptr thrown;
        try {
            co_await exchange.endpoint->after[at].call_async(ctx);
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) answer_exception(ctx, thrown);
        ++at;
    }
    exchange.finish();
}

[[gnu::always_inline]] inline void end_chain(WebExchange& exchange, const Context& ctx) noexcept {
    std::size_t at = 0;
    if (run_plain_after(ctx, *exchange.endpoint, at)) {
        exchange.finish();
    } else {
        run_after(&exchange.after_scope(), http::ExchangePtr(exchange), at);
    }
}

// Request middleware from `at` on, and the handler, as far as they go without suspending.
// returns  whether all of it has run
[[gnu::always_inline]] inline bool run_plain(const Context& ctx, const WebExchange& exchange, std::size_t& at) {
    const Endpoint& endpoint = *exchange.endpoint;
    for (auto step = step_at(endpoint.before, at); step != endpoint.before.end(); ++step) {
        if (!step->is_plain()) [[unlikely]] {
            at = index_of(endpoint.before, step);
            return false;
        }
        step->call(ctx);
        if (stopped(exchange)) return true;
    }
    if (exchange.refusal.status != 0) [[unlikely]]
        throw_refusal(exchange);
    if (!endpoint.handler.is_plain()) {
        at = endpoint.before.size();
        return false;
    }
    endpoint.handler.call(ctx);
    return true;
}

// One step that suspends: a coroutine middleware, one that goes around the rest, or the handler.
Task<> suspending_step(Context ctx, const Endpoint* endpoint, std::size_t at) {
    if (at == endpoint->before.size()) return endpoint->handler.call_async(std::move(ctx));
    const Handler& step = endpoint->before[at];
    if (step.goes_around()) return step.call_around(std::move(ctx), Next(*endpoint, at + 1));
    return step.call_async(std::move(ctx));
}

bool ends_chain(const Endpoint& endpoint, std::size_t at) noexcept {
    return at == endpoint.before.size() || endpoint.before[at].goes_around();
}

// An error becomes a response here already, so that a middleware around sees the response like any other. Only
// cancellation passes through it.
Task<> run_rest(Context ctx, const Endpoint* endpoint, std::size_t at) {
    const WebExchange& exchange = web_exchange(ctx);
    std::exception_ptr thrown;
    try {
        while (!run_plain(ctx, exchange, at)) {
            co_await suspending_step(ctx, endpoint, at);
            if (ends_chain(*endpoint, at) || stopped(exchange)) co_return;
            ++at;
        }
    } catch (const Cancelled&) {
        throw;
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) answer_exception(ctx, thrown);
}

io::Detached run_suspending(io::CancelScope*, http::ExchangePtr kept, std::size_t at) {
    auto& exchange = static_cast<WebExchange&>(*kept);
    const Context ctx(kept);
    std::exception_ptr thrown;
    try {
        // The usual case, a coroutine handler behind plain middleware, is spared a frame.
        if (at == exchange.endpoint->before.size()) {
            co_await exchange.endpoint->handler.call_async(ctx);
        } else {
            co_await run_rest(ctx, exchange.endpoint, at);
        }
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) answer_exception(ctx, thrown);
    end_chain(exchange, ctx);
}

}  // namespace

void run_chain(WebExchange& exchange) noexcept {
    const Context ctx{http::ExchangePtr(exchange)};
    std::size_t at = 0;
    try {
        if (!run_plain(ctx, exchange, at)) {
            run_suspending(&exchange.scope(), http::ExchangePtr(exchange), at);
            return;
        }
    } catch (...) {
        answer_exception(ctx, std::current_exception());
    }
    end_chain(exchange, ctx);
}

void throw_error(const Error& error) { throw ReturnedError(error); }

Task<> Handler::check(Task<Result<>> task) {
    const Result<> result = co_await std::move(task);
    if (!result) throw_error(result.error());
}

}  // namespace web

Task<> Next::operator()(Context ctx) const { return web::run_rest(std::move(ctx), endpoint_, at_); }

}  // namespace hyperlane
