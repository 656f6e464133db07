#pragma once

/// Every sample is a file in samples/: its handlers, and a function that says where they answer. What the page shows as
/// the source of a sample is that file.

#include <hyperlane/hub/hub.hpp>
#include <hyperlane/web/routes.hpp>

#include <stop_token>

void mount_async(hyperlane::Routes& routes);
void mount_auth(hyperlane::Routes& routes);
void mount_basic(hyperlane::Routes& routes);
void mount_bodies(hyperlane::Routes& routes);
void mount_chat(hyperlane::Routes& routes);
void mount_cors(hyperlane::Routes& routes);
void mount_events(hyperlane::Routes& routes);
void mount_files(hyperlane::Routes& routes);
void mount_logging(hyperlane::Routes& routes);
void mount_methods(hyperlane::Routes& routes);
void mount_middleware(hyperlane::Routes& routes);
void mount_parameters(hyperlane::Routes& routes);
void mount_routes(hyperlane::Routes& routes);
void mount_security(hyperlane::Routes& routes);
void mount_stream(hyperlane::Routes& routes);
void mount_ticker(hyperlane::Routes& routes);
void mount_timeout(hyperlane::Routes& routes);
void mount_typed_form(hyperlane::Routes& routes);
void mount_typed_rules(hyperlane::Routes& routes);
void mount_typed_todos(hyperlane::Routes& routes);
void mount_upload(hyperlane::Routes& routes);
void mount_user_json(hyperlane::Routes& routes);
void mount_websocket(hyperlane::Routes& routes);

/// What the ticker shows, until it is told to stop.
void publish_prices(const std::stop_token& stop, const hyperlane::Hub& hub);
