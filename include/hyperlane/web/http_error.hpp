#pragma once

/// The way out of a handler that gives up: `throw HttpError(404, "no user 42");`. One place turns it into a response.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

/// One thing that is wrong with a request.
struct Violation {
    std::string in;       ///< "body", "query", "path", "header", "cookie" or "form"
    std::string pointer;  ///< in a JSON body a JSON Pointer (RFC 6901), else the name of the parameter
    std::string message;  ///< what would be right: "must be at least 1"
};

class HttpError final : public std::exception {
public:
    /// in  `message` is sent to the client: keep secrets out of it. Empty: the reason phrase
    explicit HttpError(int status, std::string message = {});

    /// A stable name for programs that read the error: "validation_failed". Without one it follows from the status.
    HttpError&& with_code(std::string code) && {
        code_ = std::move(code);
        return std::move(*this);
    }
    /// Everything that is wrong, at once.
    HttpError&& with_violations(std::vector<Violation> violations) &&;

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
    /// Empty if none was given.
    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] const std::vector<Violation>& violations() const noexcept;

private:
    int status_;
    std::string message_;
    std::string code_;
    std::shared_ptr<const std::vector<Violation>> violations_;  // shared: an exception is copied, and must not throw
};

/// What an error means to a client when a handler returns it: bad_message 400, permission_denied 403, not_found 404,
/// already_exists 409, too_large 413, unavailable 503, timed_out 504, anything else 500. Its message is sent with a
/// 4xx, unless
/// it comes from the operating system; otherwise it is logged.
[[nodiscard]] int status_for(ErrorCode code) noexcept;

}  // namespace hyperlane
