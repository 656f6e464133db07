#pragma once

/// The way out of a handler that gives up: `throw HttpError(404, "no user 42");`, or, where errors are values,
/// `return fail(404, "no user 42");`. One place turns both into a response.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/base/shared_function.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

class Context;

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
    /// What really happened, such as the message of an `Error`: for the log, never sent.
    HttpError&& with_cause(std::string cause) && {
        cause_ = std::move(cause);
        return std::move(*this);
    }

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
    /// Empty if none was given.
    [[nodiscard]] const std::string& code() const noexcept { return code_; }
    [[nodiscard]] const std::vector<Violation>& violations() const noexcept;
    /// Empty if none was given.
    [[nodiscard]] const std::string& cause() const noexcept { return cause_; }

private:
    int status_;
    std::string message_;
    std::string code_;
    std::string cause_;
    std::shared_ptr<const std::vector<Violation>> violations_;  // shared: an exception is copied, and must not throw
};

/// An error that a client is told of, with this status and text: `return fail(404, "no user 42");`.
[[nodiscard]] std::unexpected<Error> fail(int status, std::string message = {});
/// `return fail(HttpError(409, "only 100 are left").with_code("out_of_stock"));`
[[nodiscard]] std::unexpected<Error> fail(HttpError error);

/// What a client is told of an error: what was made for it. Of any other error, such as those of the operating system,
/// only that the server made a mistake: 503 for `unavailable` and 504 for `timed_out`, unless the operating system said
/// so, else 500. Its message becomes the cause.
[[nodiscard]] HttpError to_http_error(const Error& error);

namespace web {
/// Makes the body of an error: see `Server::on_error`.
using ErrorHook = SharedFunction<void(Context, const HttpError&)>;
}  // namespace web

}  // namespace hyperlane
