#pragma once

/// The typed layer: declare a struct once, and parsing, validation, errors and serialisation follow from it.
///
///     #include <hyperlane/hyperlane.hpp>
///     #include <hyperlane/typed.hpp>
///
/// JSON on contexts (`ctx.set_response_body_json(user)`), handlers that take and return values (web/extract.hpp,
/// web/respond.hpp), rules for what is valid (json/options.hpp, web/validate.hpp), and the API's document
/// (web/openapi.hpp). See docs/typed.md.

#include <hyperlane/json/json.hpp>
#include <hyperlane/web/openapi/document.hpp>
#include <hyperlane/web/routes_table.hpp>
#include <hyperlane/web/typed/extract.hpp>
#include <hyperlane/web/typed/form.hpp>
#include <hyperlane/web/typed/json_body.hpp>
#include <hyperlane/web/typed/multipart.hpp>
#include <hyperlane/web/typed/respond.hpp>
#include <hyperlane/web/typed/typed_handler.hpp>
#include <hyperlane/web/typed/typed_websocket.hpp>
#include <hyperlane/web/typed/validate.hpp>
