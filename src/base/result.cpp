#include <hyperlane/base/result.hpp>

#include <cerrno>
#include <system_error>

namespace hyperlane {

std::string_view name_of(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_argument: return "invalid_argument";
        case ErrorCode::bad_message: return "bad_message";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::already_exists: return "already_exists";
        case ErrorCode::permission_denied: return "permission_denied";
        case ErrorCode::too_large: return "too_large";
        case ErrorCode::timed_out: return "timed_out";
        case ErrorCode::cancelled: return "cancelled";
        case ErrorCode::closed: return "closed";
        case ErrorCode::connection_refused: return "connection_refused";
        case ErrorCode::connection_reset: return "connection_reset";
        case ErrorCode::address_in_use: return "address_in_use";
        case ErrorCode::unavailable: return "unavailable";
        case ErrorCode::already_done: return "already_done";
        case ErrorCode::unsupported: return "unsupported";
        case ErrorCode::system: return "system";
    }
    return "unknown";
}

namespace {

ErrorCode code_of(int error_number) noexcept {
    switch (error_number) {
        case EINVAL: return ErrorCode::invalid_argument;
        case ENOENT: return ErrorCode::not_found;
        case EEXIST: return ErrorCode::already_exists;
        case EACCES:
        case EPERM: return ErrorCode::permission_denied;
        case ETIMEDOUT: return ErrorCode::timed_out;
        case ECANCELED: return ErrorCode::cancelled;
        case EPIPE: return ErrorCode::closed;
        case ECONNREFUSED: return ErrorCode::connection_refused;
        case ECONNRESET:
        case ECONNABORTED: return ErrorCode::connection_reset;
        case EADDRINUSE: return ErrorCode::address_in_use;
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
        case EAGAIN: return ErrorCode::unavailable;
        case ENOTSUP: return ErrorCode::unsupported;
        default: return ErrorCode::system;
    }
}

}  // namespace

Error Error::from_errno(int error_number, std::string_view doing) {
    std::string message(doing);
    message += ": ";
    message += std::generic_category().message(error_number);
    return Error(code_of(error_number), std::move(message), error_number);
}

std::unexpected<Error> fail_errno(int error_number, std::string_view doing) {
    return std::unexpected<Error>(Error::from_errno(error_number, doing));
}

}  // namespace hyperlane
