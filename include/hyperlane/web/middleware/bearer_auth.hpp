#pragma once

/// Tokens in the field Authorization (RFC 6750).
///
///     api.use(bearer_auth({.tokens = {secret}}));
///     api.use(bearer_auth({.verify = [](Context ctx, std::string_view token) { return check(ctx, token); }}));

#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/web/middleware.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hyperlane {

struct BearerAuthOptions {
    std::string realm = "restricted";
    /// Compared in constant time.
    std::vector<std::string> tokens = {};
    /// Asked if `tokens` does not have it; called by all loops, must not block. It may leave attributes in the context.
    SharedFunction<bool(Context ctx, std::string_view token)> verify = nullptr;
};

/// Others get 401, with error="invalid_token" if a token was sent.
///
/// errors  neither tokens nor `verify`, an empty token, a realm with quotes or control characters: the server does not
///         start
[[nodiscard]] Middleware bearer_auth(BearerAuthOptions options);

}  // namespace hyperlane
