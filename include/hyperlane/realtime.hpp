#pragma once

/// Everything for programs that tell their clients something as it happens: `#include <hyperlane/realtime.hpp>`.

#include <hyperlane/hub/hub.hpp>
#include <hyperlane/web/event_stream.hpp>
#include <hyperlane/web/websocket.hpp>
#include <hyperlane/web/websocket_hub.hpp>
