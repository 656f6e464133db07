#pragma once

/// Decompresses request bodies: the handler gets what the client meant, `Content-Encoding: gzip` and others aside.
///
///     api.use(decompress());
///
/// The limit of the route counts twice: for the bytes that are sent, and for what they become. More is 413, so a bomb
/// stops there. A coding that is not understood, or more than one, is 415 and says in Accept-Encoding what would be.
/// Routes made with `stream_body` get the body as it was sent.

#include <hyperlane/http/coding/coding.hpp>
#include <hyperlane/web/middleware.hpp>

#include <vector>

namespace hyperlane {

struct DecompressOptions {
    std::vector<http::Coding> codings = {http::Coding::gzip, http::Coding::br, http::Coding::zstd,
                                         http::Coding::deflate};
};

[[nodiscard]] Middleware decompress(DecompressOptions options = {});

}  // namespace hyperlane
