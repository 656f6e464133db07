#pragma once

/// Compresses response bodies for clients that take it (RFC 9110 8.4 and 12.5.3).
///
///     server.use(compress());
///
/// It acts when the head is sent, so it sees what everything else has made of the response: whole bodies, and streamed
/// ones piece by piece, each of which the client can read at once. Left alone are bodies that are encoded already,
/// parts of bodies (206), files that are sent from disk (larger than 16 KiB: let `StaticFilesOptions::precompressed`
/// serve them), `Cache-Control: no-transform`, and types that compress badly, among them events.
///
/// Responses that could have been compressed say `Vary: Accept-Encoding`, compressed or not. A strong ETag becomes weak
/// by compression: If-None-Match still holds, If-Match and ranges do not. A client that refuses everything there is
/// (`identity;q=0`) gets 406.
///
/// Compression takes time on the loop. And where a secret and what an attacker can choose are in the same response, its
/// size can tell the secret (BREACH): do not use it there.

#include <hyperlane/http/coding/coding.hpp>
#include <hyperlane/web/middleware.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace hyperlane {

struct CompressOptions {
    /// What to offer; the favourite first, for clients to which all are alike.
    std::vector<http::Coding> codings = {http::Coding::br, http::Coding::zstd, http::Coding::gzip};
    /// Smaller bodies are sent as they are, if their size is known.
    std::size_t minimum_bytes = 1024;
    /// Of the codings: 0 is what suits text that is made for each request.
    int level = 0;
    /// Media types to compress beside the usual ones (text, JSON, XML, JavaScript, SVG, WebAssembly, …).
    std::vector<std::string> more_types = {};
};

[[nodiscard]] Middleware compress(CompressOptions options = {});

namespace web {
/// Is it worth the time? in  media_type: as in Content-Type
[[nodiscard]] bool is_compressible(std::string_view media_type) noexcept;
}  // namespace web

}  // namespace hyperlane
