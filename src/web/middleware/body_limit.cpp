#include <hyperlane/web/middleware/body_limit.hpp>

namespace hyperlane {

Middleware body_limit(BodyLimitOptions options) { return {.body_limit = options.bytes}; }

}  // namespace hyperlane
