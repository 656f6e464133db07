#pragma once

/// Errors as clients see them: problem details in JSON (RFC 9457), a page for browsers, a line of text for the rest.
///
///     {"type":"about:blank","title":"Not Found","status":404,"detail":"no user 42","instance":"/users/42",
///      "code":"not_found","request_id":"0123456789abcdef"}
///
/// `code` is stable: programs may rely on it. docs/errors.md has all that the framework uses itself.

#include <hyperlane/web/context.hpp>
#include <hyperlane/web/http_error.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane {

/// Make `error` the response: its status, and a body in the form that the client asks for by Accept. What describes
/// other content (Content-Type, ETag, …) is removed, other fields stay. It is how every error of the framework is
/// answered, by `Server::on_error` if that is set; for middleware and handlers that do not want to throw.
void answer_error(Context ctx, const HttpError& error);

/// The same, past `Server::on_error`: for hooks that change only some errors.
void answer_problem(Context ctx, const HttpError& error);

namespace web {

/// `answer_error` for those who have told the log what it should know.
void render_error(const Context& ctx, const HttpError& error);

enum class ErrorForm : std::uint8_t { text, json, html };

/// JSON and HTML are for those who name them in Accept, the heavier one, JSON when they weigh the same; everybody else,
/// also `*/*`, gets text.
[[nodiscard]] ErrorForm choose_error_form(std::string_view accept) noexcept;

/// Set the status of `error`, and remove what is left of other content.
void begin_error(const Context& ctx, const HttpError& error) noexcept;

[[nodiscard]] std::string write_problem_json(const Context& ctx, const HttpError& error);
[[nodiscard]] std::string write_problem_html(const Context& ctx, const HttpError& error);
[[nodiscard]] std::string write_problem_text(const Context& ctx, const HttpError& error);

/// One thing that is wrong, as people read it: `query "page": must be at least 1`.
[[nodiscard]] std::string describe_violation(const Violation& violation);

/// All of them in a line: the message of an error that has no other.
[[nodiscard]] std::string summary_of(const std::vector<Violation>& violations);

/// A code of the framework, and what it means.
struct ErrorCodeInfo {
    std::string_view code;
    int status;
    std::string_view meaning;
};

/// All of them, by status.
[[nodiscard]] std::span<const ErrorCodeInfo> error_codes() noexcept;

/// The code of an error that was given none.
[[nodiscard]] std::string_view error_code_for(int status) noexcept;

/// The code of an error.
[[nodiscard]] std::string_view code_of(const HttpError& error) noexcept;

/// Text as it is where it is UTF-8; each other byte becomes U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace web
}  // namespace hyperlane
