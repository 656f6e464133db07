#include "web/respond_error.hpp"
#include <hyperlane/io/log.hpp>
#include <hyperlane/web/endpoint.hpp>
#include <hyperlane/web/handler.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/failure_text.hpp"

#include <cstdlib>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>

#include <cxxabi.h>

namespace hyperlane::web {

namespace {

WebExchange& exchange_of(const Context& ctx) noexcept { return static_cast<WebExchange&>(ctx.exchange()); }

void log_failure(const Context& ctx, std::string_view what, LogLevel level = LogLevel::error) noexcept {
    log(level, describe_failure(ctx, what));
}

// An error that says nothing to clients, on its way out of a handler that returned it.
class ReturnedError final : public std::exception {
public:
    explicit ReturnedError(const Error& error) : error_(to_http_error(error)), code_(error.code) {}
    [[nodiscard]] const HttpError& error() const noexcept { return error_; }
    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const char* what() const noexcept override { return error_.cause().c_str(); }

private:
    HttpError error_;
    ErrorCode code_;
};

// "std::runtime_error", for people.
std::string name_of_type(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                           &std::free);
    return status == 0 ? text.get() : type.name();
}

// Of what is being handled; it need not be a std::exception.
std::string name_of_thrown() {
    const std::type_info* const type = abi::__cxa_current_exception_type();
    return type == nullptr ? "something" : name_of_type(*type);
}

// Was the handler cancelled because its time was over? Whoever aborts a request has answered it.
bool is_late(WebExchange& exchange) noexcept {
    return exchange.refusal.status != 0 && !exchange.aborted() && exchange.scope().cancelled();
}

HttpError refusal_of(const WebExchange& exchange) {
    HttpError error(exchange.refusal.status, std::string(exchange.refusal.reason));
    return exchange.refusal.status == 503 ? std::move(error).with_code("handler_timeout") : error;
}

// The last step of every way. What a handler says after its time was over is too late: see `respond_if_late`.
void answer(const Context& ctx, const HttpError& error) noexcept {
    WebExchange& exchange = exchange_of(ctx);
    if (exchange.stage() != http::Stage::open) return exchange.break_off();
    try {
        render_error(ctx, error);
    } catch (const std::exception& thrown) {
        log_failure(ctx, std::string("the error hook threw: ") + thrown.what());
    } catch (...) {
        log_failure(ctx, "the error hook threw " + name_of_thrown());
    }
}

// A limit or a time-out was passed; nobody has told the log yet.
void respond_refusal(const Context& ctx) noexcept {
    const HttpError error = refusal_of(exchange_of(ctx));
    if (error.status() >= 500) log_failure(ctx, error.what(), LogLevel::warn);
    answer(ctx, error);
}

// Logged, unless a client is told all of it and can do something about it.
void respond_http_error(const Context& ctx, const HttpError& error) noexcept {
    const WebExchange& exchange = exchange_of(ctx);
    const bool told = error.status() < 500 && exchange.stage() == http::Stage::open;
    if (!told && exchange.refusal.status == 0) log_failure(ctx, text_for_log(error));
    answer(ctx, error);
}

// What middleware such as `recover` makes of an exception that has no status.
// returns  whether one has answered
bool recovered(const Context& ctx, const std::exception_ptr& thrown) {
    WebExchange& exchange = exchange_of(ctx);
    if (is_late(exchange) || exchange.stage() != http::Stage::open) return false;
    for (const RecoverHook& hook : endpoint_of(exchange).recover) {
        if (hook(ctx, thrown)) return true;
    }
    return false;
}

// The mistake of a program: in the log, and nowhere else but in development.
void respond_mistake(const Context& ctx, const std::exception_ptr& thrown, const std::string& what) noexcept {
    try {
        if (recovered(ctx, thrown)) return log_failure(ctx, what);
    } catch (const HttpError& error) {
        log_failure(ctx, what);
        return answer(ctx, error);
    } catch (const std::exception& error) {
        log_failure(ctx, "recovering from \"" + what + "\" threw: " + error.what());
        return answer(ctx, HttpError(500));
    } catch (...) {
        log_failure(ctx, "recovering from \"" + what + "\" threw " + name_of_thrown());
        return answer(ctx, HttpError(500));
    }
    log_failure(ctx, what);
    if (!is_late(exchange_of(ctx))) answer(ctx, HttpError(500).with_cause(what));
}

// A client that leaves while it sends is no mistake of the program, which has nobody to tell.
void respond_returned(const Context& ctx, const ReturnedError& error) noexcept {
    const WebExchange& exchange = exchange_of(ctx);
    // The body of the request could not be read, and the handler passes on what it was told.
    if (exchange.refusal.status != 0) return respond_refusal(ctx);
    if (error.code() == ErrorCode::closed && !exchange.connected()) {
        return log_failure(ctx, error.what(), LogLevel::debug);
    }
    respond_http_error(ctx, error.error());
}

}  // namespace

void respond_exception(const Context& ctx, const std::exception_ptr& thrown) noexcept {
    WebExchange& exchange = exchange_of(ctx);
    const bool late = is_late(exchange);
    try {
        std::rethrow_exception(thrown);
    } catch (const Cancelled&) {
        // Aborted, or the client has gone. What was being streamed must not look whole.
        if (!late) exchange.break_off();
    } catch (const HttpError& error) {
        if (!late) respond_http_error(ctx, error);
    } catch (const ReturnedError& error) {
        if (!late) respond_returned(ctx, error);
    } catch (const std::exception& error) {
        respond_mistake(ctx, thrown, name_of_thrown() + ": " + error.what());
    } catch (...) {
        respond_mistake(ctx, thrown, name_of_thrown() + ", not a std::exception");
    }
}

void respond_if_late(const Context& ctx) noexcept {
    WebExchange& exchange = exchange_of(ctx);
    if (is_late(exchange) && exchange.stage() != http::Stage::complete) respond_refusal(ctx);
}

void throw_refusal(const WebExchange& exchange) { throw refusal_of(exchange); }

void throw_error(const Error& error) {
    if (error.answer) std::rethrow_exception(error.answer);
    throw ReturnedError(error);
}

}  // namespace hyperlane::web
