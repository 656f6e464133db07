#pragma once

/// Refuses requests that a page of another site made a browser send, without tokens: by Sec-Fetch-Site, which browsers
/// send since 2023 to trustworthy origins, else by Origin, else by letting through what comes from no browser.
///
///     server.use(csrf({.trusted_origins = {"https://app.example"}}));
///
/// GET, HEAD, OPTIONS and TRACE always pass: they must not change anything. So do pages of the origins that `cors`
/// names for the same routes.

#include <hyperlane/web/middleware.hpp>

#include <string>
#include <vector>

namespace hyperlane {

struct CsrfOptions {
    /// Other origins that may send requests that change things: "https://app.example".
    std::vector<std::string> trusted_origins = {};
    /// Let other hosts of the same site through: a page of a.example.com may then post to b.example.com.
    bool allow_same_site = false;
};

/// Others get 403, code `cross_origin_refused`.
[[nodiscard]] Middleware csrf(CsrfOptions options = {});

}  // namespace hyperlane
