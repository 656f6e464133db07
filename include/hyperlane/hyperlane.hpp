#pragma once

/// Everything that a program needs: `#include <hyperlane/hyperlane.hpp>` and `using namespace hyperlane;`.

#include <hyperlane/base/result.hpp>
#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/io/channel.hpp>
#include <hyperlane/io/combine.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/mutex.hpp>
#include <hyperlane/io/offload.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/version.hpp>
#include <hyperlane/web/context.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/route.hpp>
#include <hyperlane/web/routes.hpp>
#include <hyperlane/web/routes_table.hpp>
#include <hyperlane/web/server.hpp>
