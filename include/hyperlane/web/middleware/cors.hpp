#pragma once

/// Lets pages of other origins use what is here (Fetch standard, 3.2 "CORS protocol").
///
///     server.use(cors({.origins = {"https://app.example"}, .credentials = true}));
///
/// Give it before what asks for credentials: a browser sends its preflight (OPTIONS with Access-Control-Request-Method)
/// without any. Whoever else answers, earlier or later, gets the fields: a page reads an error only if that allows its
/// origin. The origins that are let in are trusted by `csrf` on the same routes; with "*" nobody is, and the start says
/// so.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/web/middleware.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hyperlane {

struct CorsOptions {
    /// "https://app.example", "http://localhost:5173", "null", or "*" alone for all. In any case, with or without the
    /// default port (RFC 6454).
    std::vector<std::string> origins = {};
    /// Asked about origins that are not in the list; called by all loops.
    SharedFunction<bool(std::string_view origin)> allow_origin = nullptr;
    /// Empty: the methods that the path answers.
    std::vector<std::string> methods = {};
    /// Request headers beyond the safelisted ones. Empty: whatever the preflight asks for.
    std::vector<std::string> headers = {};
    /// Response headers that scripts may read.
    std::vector<std::string> expose_headers = {};
    /// Cookies and HTTP authentication. Not with the wildcard "*": browsers refuse that.
    bool credentials = false;
    /// How long a browser may remember a preflight; negative: not said, which means 5 seconds.
    std::chrono::seconds max_age{-1};
    /// Let public pages reach this server in a private network (Private Network Access).
    bool private_network = false;
};

/// Answers preflights itself, with 204. To others it only adds fields: the browser decides.
///
/// errors  no origin, an origin that has a path or no scheme, "*" with credentials or beside others, names that are no
///         tokens: the server does not start
[[nodiscard]] Middleware cors(CorsOptions options);

}  // namespace hyperlane
