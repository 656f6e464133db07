#pragma once

/// Decompresses request bodies: the handler gets what the client meant, `Content-Encoding: gzip` and others aside.
///
///     api.use(decompress());
///
/// The limit of the route counts twice: for the bytes that are sent, and for what they become. More is 413, so a bomb
/// stops there. A coding that is not understood, or more than one, is 415 and says in Accept-Encoding what would be.
/// Routes made with `stream_body` get the body as it was sent.

#include <hyperlane/web/compression.hpp>
#include <hyperlane/web/middleware.hpp>

#include <vector>

namespace hyperlane {

struct DecompressOptions {
    std::vector<web::Coding> codings = {web::Coding::gzip, web::Coding::br, web::Coding::zstd, web::Coding::deflate};
};

[[nodiscard]] Middleware decompress(DecompressOptions options = {});

}  // namespace hyperlane
