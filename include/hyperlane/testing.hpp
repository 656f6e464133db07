#pragma once

/// Tests of a program in its own process, without a socket and with a virtual clock.
///
///     TestClient client(server);
///     client.get("/").send().body()

#include <hyperlane/web/testing/test_client.hpp>
#include <hyperlane/web/testing/websocket_test_client.hpp>
