#include <hyperlane/http/status.hpp>
#include <hyperlane/web/http_error.hpp>

#include <cassert>
#include <utility>

namespace hyperlane {

HttpError::HttpError(int status, std::string message) : status_(status), message_(std::move(message)) {
    assert(status >= 400 && status <= 599);
    if (status_ < 400 || status_ > 599) status_ = 500;
    if (message_.empty()) message_ = reason_phrase(status_);
}

HttpError&& HttpError::with_violations(std::vector<Violation> violations) && {
    violations_ = std::make_shared<const std::vector<Violation>>(std::move(violations));
    return std::move(*this);
}

const std::vector<Violation>& HttpError::violations() const noexcept {
    static const std::vector<Violation> none;
    return violations_ ? *violations_ : none;
}

namespace {

// For code that looks at the error before a client does.
ErrorCode code_for(int status) noexcept {
    switch (status) {
        case 401:
        case 403: return ErrorCode::permission_denied;
        case 404:
        case 410: return ErrorCode::not_found;
        case 408:
        case 504: return ErrorCode::timed_out;
        case 409: return ErrorCode::already_exists;
        case 413: return ErrorCode::too_large;
        case 501: return ErrorCode::unsupported;
        case 503: return ErrorCode::unavailable;
        default: return status < 500 ? ErrorCode::bad_message : ErrorCode::system;
    }
}

int status_of_mistake(const Error& error) noexcept {
    if (error.os_error != 0) return 500;
    switch (error.code) {
        case ErrorCode::unavailable: return 503;
        case ErrorCode::timed_out: return 504;
        default: return 500;
    }
}

}  // namespace

std::unexpected<Error> fail(HttpError error) {
    Error value(code_for(error.status()), error.cause().empty() ? error.message() : error.cause());
    value.answer = std::make_exception_ptr(std::move(error));
    return std::unexpected(std::move(value));
}

std::unexpected<Error> fail(int status, std::string message) { return fail(HttpError(status, std::move(message))); }

HttpError to_http_error(const Error& error) {
    if (error.answer) {
        try {
            std::rethrow_exception(error.answer);
        } catch (const HttpError& made) {
            return made;
        } catch (...) {
            assert(false && "Error::answer is an HttpError");
        }
    }
    std::string cause = error.message.empty() ? std::string(name_of(error.code)) : error.message;
    return HttpError(status_of_mistake(error)).with_cause(std::move(cause));
}

}  // namespace hyperlane
