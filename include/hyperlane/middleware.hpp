#pragma once

/// All middleware that comes with the framework; docs/middleware.md has a table. Each has its own header, too.

#include <hyperlane/web/middleware/access_log.hpp>
#include <hyperlane/web/middleware/basic_auth.hpp>
#include <hyperlane/web/middleware/bearer_auth.hpp>
#include <hyperlane/web/middleware/body_limit.hpp>
#include <hyperlane/web/middleware/compress.hpp>
#include <hyperlane/web/middleware/cors.hpp>
#include <hyperlane/web/middleware/csrf.hpp>
#include <hyperlane/web/middleware/decompress.hpp>
#include <hyperlane/web/middleware/etag.hpp>
#include <hyperlane/web/middleware/rate_limit.hpp>
#include <hyperlane/web/middleware/recover.hpp>
#include <hyperlane/web/middleware/request_id.hpp>
#include <hyperlane/web/middleware/secure_headers.hpp>
#include <hyperlane/web/middleware/timeout.hpp>
#include <hyperlane/web/middleware/trusted_proxies.hpp>
#include <hyperlane/web/problem.hpp>
