// A body that is never in memory as a whole: the client waits while the handler does.

#include <hyperlane/hyperlane.hpp>

#include <cstdint>
#include <string>

using namespace hyperlane;

namespace {

Task<> upload(Context ctx) {
    std::uint64_t bytes = 0;
    std::uint64_t pieces = 0;
    for (;;) {
        const auto piece = co_await ctx.read_request_body();
        if (!piece) throw HttpError(400, piece.error().message);
        if (piece->empty()) break;
        bytes += piece->size();
        ++pieces;
    }
    ctx.set_response_body(std::to_string(bytes) + " bytes in " + std::to_string(pieces) + " pieces");
}

}  // namespace

void mount_upload(Routes& routes) { routes.route("/", stream_body(post(upload))); }
