#pragma once

/// What a peer has not taken yet, in order.

#include <hyperlane/base/clock.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::websocket {

struct Pending {
    /// Bytes of its own, or a view into an encoded message that it keeps alive.
    struct Piece {
        std::string owned;
        std::shared_ptr<const void> owner;
        std::string_view shared;

        [[nodiscard]] std::string_view text() const noexcept { return owner ? shared : std::string_view(owned); }
    };

    std::vector<Piece> pieces;
    std::size_t first = 0;   // pieces before it have been sent
    std::size_t offset = 0;  // of the first piece: as much of it has been sent
    std::size_t bytes = 0;
    TimePoint progress;
};

}  // namespace hyperlane::websocket
