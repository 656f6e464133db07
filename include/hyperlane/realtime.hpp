#pragma once

/// Everything for programs that tell their clients something as it happens: `#include <hyperlane/realtime.hpp>`.

#include <hyperlane/hub/hub.hpp>
#include <hyperlane/web/realtime/event_stream.hpp>
#include <hyperlane/web/realtime/websocket.hpp>
#include <hyperlane/web/realtime/websocket_topics.hpp>
