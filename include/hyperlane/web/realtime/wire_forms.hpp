#pragma once

/// Where the rooms that speak to clients keep their encodings of a hub's messages.

#include <hyperlane/hub/message.hpp>

namespace hyperlane::web {

inline constexpr hub::WireForm event_stream_form{0};
inline constexpr hub::WireForm websocket_form{1};
inline constexpr hub::WireForm websocket_deflated_form{2};

}  // namespace hyperlane::web
