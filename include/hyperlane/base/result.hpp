#pragma once

/// Errors as values: what a peer or the operating system did wrong is returned, never thrown.

#include <cstdint>
#include <exception>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace hyperlane {

/// What kind of thing went wrong, for code that must decide. The message is for people.
enum class ErrorCode : std::uint8_t {
    invalid_argument,  ///< the caller gave something that cannot work
    bad_message,       ///< a peer broke its protocol
    not_found,
    already_exists,
    permission_denied,
    too_large,  ///< a limit was passed
    timed_out,
    cancelled,
    closed,  ///< this side or the peer has closed
    connection_refused,
    connection_reset,
    address_in_use,
    unavailable,   ///< out of descriptors, threads, queue places: try again later
    already_done,  ///< the operation may happen once and has happened
    unsupported,
    system,  ///< any other error of the operating system, see `os_error`
};

/// The stable name of a code, as it appears in logs ("timed_out").
[[nodiscard]] std::string_view name_of(ErrorCode code) noexcept;

/// Why an operation failed: a code, the errno if there was one, and a sentence that names what was wrong and where.
///
/// The sentence is for those who run the program. It may name files, hosts and statements, so no client ever gets it.
struct Error {
    ErrorCode code = ErrorCode::system;
    int os_error = 0;
    std::string message;
    /// What a client is told if this ends its request, an HttpError: `fail(404, "no user 42")` of web/http_error.hpp.
    /// None: that the server made a mistake.
    std::exception_ptr answer = nullptr;

    explicit Error(ErrorCode error_code, std::string text = {}, int error_number = 0)
        : code(error_code), os_error(error_number), message(std::move(text)) {}

    /// An errno value with what was being done: `Error::from_errno(EADDRINUSE, "bind 127.0.0.1:80")`.
    /// The message becomes "bind 127.0.0.1:80: Address already in use".
    [[nodiscard]] static Error from_errno(int error_number, std::string_view doing);
};

template <typename T = void>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::unavailable, "all connections to the database are in use");`
[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message = {}) {
    return std::unexpected<Error>(Error(code, std::move(message)));
}

[[nodiscard]] std::unexpected<Error> fail_errno(int error_number, std::string_view doing);

}  // namespace hyperlane
