#include <hyperlane/io/spawn.hpp>
#include <hyperlane/web/endpoint.hpp>
#include "web/respond_error.hpp"

#include <exception>

namespace hyperlane {

namespace web {

namespace {

WebExchange& web_exchange(const Context& ctx) noexcept { return static_cast<WebExchange&>(ctx.exchange()); }

// Has somebody answered, so that what comes later in the chain must not run?
bool stopped(const WebExchange& exchange) noexcept {
    return exchange.response.answered() || exchange.aborted() || exchange.stage() != http::Stage::open;
}

std::vector<Handler>::const_iterator step_at(const std::vector<Handler>& steps, std::size_t at) noexcept {
    return steps.begin() + static_cast<std::ptrdiff_t>(at);
}
std::size_t index_of(const std::vector<Handler>& steps, std::vector<Handler>::const_iterator step) noexcept {
    return static_cast<std::size_t>(step - steps.begin());
}

// Response middleware, from `at` on, as far as it goes without suspending.
// returns  whether all of it has run
[[gnu::always_inline]] inline bool after_now(const Context& ctx, const Endpoint& endpoint, std::size_t& at) noexcept {
    // By iterators: a size of such a vector costs a division.
    for (auto step = step_at(endpoint.after, at); step != endpoint.after.end(); ++step) {
        if (!step->is_plain()) [[unlikely]] {
            at = index_of(endpoint.after, step);
            return false;
        }
        try {
            step->call(ctx);
        } catch (...) {
            respond_exception(ctx, std::current_exception());
        }
    }
    return true;
}

// `scope` cancels the handler only: response middleware runs also for a request that was aborted.
[[gnu::noinline]] io::Detached after_later(io::CancelScope*, http::ExchangePtr kept, std::size_t at) {
    auto& exchange = static_cast<WebExchange&>(*kept);
    const Context ctx(kept);
    while (!after_now(ctx, endpoint_of(exchange), at)) {
        std::exception_ptr thrown;
        try {
            co_await endpoint_of(exchange).after[at].call_async(ctx);
        } catch (...) {
            thrown = std::current_exception();
        }
        if (thrown) respond_exception(ctx, thrown);
        ++at;
    }
    exchange.finish();
}

[[gnu::always_inline]] inline void end_chain(WebExchange& exchange, const Context& ctx) noexcept {
    std::size_t at = 0;
    if (after_now(ctx, endpoint_of(exchange), at)) {
        exchange.finish();
    } else {
        after_later(&exchange.after_scope(), http::ExchangePtr(exchange), at);
    }
}

// Request middleware from `at` on, and the handler, as far as they go without suspending.
// returns  whether all of it has run
[[gnu::always_inline]] inline bool before_now(const Context& ctx, const WebExchange& exchange, std::size_t& at) {
    const Endpoint& endpoint = endpoint_of(exchange);
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
Task<> rest_later(Context ctx, const Endpoint* endpoint, std::size_t at) {
    const WebExchange& exchange = web_exchange(ctx);
    std::exception_ptr thrown;
    try {
        while (!before_now(ctx, exchange, at)) {
            co_await suspending_step(ctx, endpoint, at);
            if (ends_chain(*endpoint, at) || stopped(exchange)) co_return;
            ++at;
        }
    } catch (const Cancelled&) {
        throw;
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) respond_exception(ctx, thrown);
}

io::Detached before_later(io::CancelScope*, http::ExchangePtr kept, std::size_t at) {
    auto& exchange = static_cast<WebExchange&>(*kept);
    const Context ctx(kept);
    std::exception_ptr thrown;
    try {
        // The usual case, a coroutine handler behind plain middleware, is spared a frame.
        if (at == endpoint_of(exchange).before.size()) {
            co_await endpoint_of(exchange).handler.call_async(ctx);
        } else {
            co_await rest_later(ctx, &endpoint_of(exchange), at);
        }
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) respond_exception(ctx, thrown);
    if (exchange.refusal.status != 0) [[unlikely]]
        respond_if_late(ctx);
    end_chain(exchange, ctx);
}

}  // namespace

void run_chain(WebExchange& exchange) noexcept {
    const Context ctx{http::ExchangePtr(exchange)};
    std::size_t at = 0;
    try {
        if (!before_now(ctx, exchange, at)) {
            io::refill_ready_budget();
            before_later(&exchange.scope(), http::ExchangePtr(exchange), at);
            return;
        }
    } catch (...) {
        respond_exception(ctx, std::current_exception());
    }
    end_chain(exchange, ctx);
}

Task<> Handler::check(Task<Result<>> task) {
    const Result<> result = co_await std::move(task);
    if (!result) throw_error(result.error());
}

}  // namespace web

Task<> Next::operator()(Context ctx) const { return web::rest_later(std::move(ctx), endpoint_, at_); }

}  // namespace hyperlane
