#pragma once

/// Names and passwords by HTTP itself (RFC 7617). Only over TLS: they can be read on the way otherwise.
///
///     admin.use(basic_auth({.realm = "admin", .users = {{"ann", secret}}}));

#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/web/middleware.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

struct BasicAuthOptions {
    std::string realm = "restricted";
    /// Names and passwords; compared in constant time.
    std::vector<std::pair<std::string, std::string>> users = {};
    /// Asked if `users` does not know them; called by all loops, must not block.
    SharedFunction<bool(std::string_view name, std::string_view password)> verify = nullptr;
};

/// Others get 401. The handler finds the name with `authenticated_user`.
///
/// errors  neither users nor `verify`, a name with ":", a realm with quotes or control characters: the server does not
///         start
[[nodiscard]] Middleware basic_auth(BasicAuthOptions options);

/// The name that `basic_auth` has checked. Views the request; empty if none has been.
[[nodiscard]] std::string_view authenticated_user(const Context& ctx) noexcept;

}  // namespace hyperlane
