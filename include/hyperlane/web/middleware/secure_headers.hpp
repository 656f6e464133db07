#pragma once

/// Fields that tell browsers to be careful, on every response, errors too.
///
///     server.use(secure_headers());
///
/// The defaults suit an API and a site without foreign content. A handler that sets one of them wins; an empty option
/// leaves its field out.

#include <hyperlane/web/middleware.hpp>

#include <string>

namespace hyperlane {

struct SecureHeadersOptions {
    std::string content_security_policy =
        "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'";
    std::string content_type_options = "nosniff";
    std::string frame_options = "DENY";
    std::string referrer_policy = "no-referrer";
    std::string cross_origin_opener_policy = "same-origin";
    std::string cross_origin_resource_policy = "same-origin";
    std::string permissions_policy = "";
    /// Binds browsers to HTTPS for this host, also after it has been taken back: only with TLS in front, such as
    /// "max-age=63072000; includeSubDomains".
    std::string strict_transport_security = "";
};

/// errors  a value with control characters: the server does not start
[[nodiscard]] Middleware secure_headers(SecureHeadersOptions options = {});

}  // namespace hyperlane
