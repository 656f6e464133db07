#pragma once

/// Files from a folder: `#include <hyperlane/files.hpp>`.
///
///     server.route("/static/{path:^.*$}", get(static_files("public")));

#include <hyperlane/web/files/static_files.hpp>
