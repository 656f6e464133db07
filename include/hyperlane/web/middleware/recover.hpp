#pragma once

/// Answers what handlers throw, for a server, a group or a route.
///
///     api.use(recover({.answer = [](Context ctx, const std::exception_ptr& thrown) {
///         try {
///             std::rethrow_exception(thrown);
///         } catch (const DatabaseIsBusy&) {
///             throw HttpError(503, "try again in a minute");
///         }
///     }}));
///
/// Without it every exception that has no status of its own is a 500, so it is only needed to answer some of them
/// otherwise. The log has a line about each of them in any case.

#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/web/middleware.hpp>

#include <exception>

namespace hyperlane {

struct RecoverOptions {
    /// Sets a response, throws an HttpError, or lets other exceptions out: they go to the next `recover` further out,
    /// and are a 500 in the end. Empty: nothing is answered otherwise.
    SharedFunction<void(Context ctx, const std::exception_ptr& thrown)> answer = nullptr;
};

[[nodiscard]] Middleware recover(RecoverOptions options);

}  // namespace hyperlane
