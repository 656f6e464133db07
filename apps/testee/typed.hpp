#pragma once

#include <hyperlane/web/routes.hpp>

/// JSON and forms: POST /json, /multipart and /form.
void add_typed_routes(hyperlane::Routes& routes);
