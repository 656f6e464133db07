#pragma once

/// The way out of a handler that gives up: `throw HttpError(404, "no user 42");`. One place turns it into a response.

#include <hyperlane/base/result.hpp>

#include <exception>
#include <string>

namespace hyperlane {

class HttpError final : public std::exception {
public:
    /// in  `message` is sent to the client: keep secrets out of it. Empty: the reason phrase
    explicit HttpError(int status, std::string message = {});

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

private:
    int status_;
    std::string message_;
};

/// What an error means to a client when a handler returns it: bad_message 400, permission_denied 403, not_found 404,
/// already_exists 409, too_large 413, unavailable 503, timed_out 504, anything else 500. Its message is sent with a
/// 4xx, unless
/// it comes from the operating system; otherwise it is logged.
[[nodiscard]] int status_for(ErrorCode code) noexcept;

}  // namespace hyperlane
