#pragma once

/// Strong entity tags made from bodies, and 304 for clients that have them already (RFC 9110 8.8.3 and 13.1).
///
///     server.use(compress()).use(etag());  // inside compress: the tag is of the content as it was
///
/// It saves bytes on the way, not work: the handler has run. Looked at are whole bodies of 200 in answer to GET and
/// HEAD, without a tag of their own and not streamed; `Cache-Control: no-store` switches it off.

#include <hyperlane/web/middleware.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace hyperlane {

struct EtagOptions {
    std::size_t largest_bytes = 8 * 1024 * 1024;  ///< reading a larger body once more takes too long
};

[[nodiscard]] Middleware etag(EtagOptions options = {});

namespace web {
/// 128 bits of hash in quotes: "\"0123456789abcdef0123456789abcdef\"". Made for telling versions apart, not against
/// people who choose both contents.
[[nodiscard]] std::string make_etag(std::string_view content);
}  // namespace web

}  // namespace hyperlane
