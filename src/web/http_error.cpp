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

int status_for(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::bad_message: return 400;
        case ErrorCode::permission_denied: return 403;
        case ErrorCode::not_found: return 404;
        case ErrorCode::already_exists: return 409;
        case ErrorCode::too_large: return 413;
        case ErrorCode::unavailable: return 503;
        case ErrorCode::timed_out: return 504;
        default: return 500;
    }
}

}  // namespace hyperlane
