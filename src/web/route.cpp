#include <hyperlane/web/route.hpp>

namespace hyperlane {

Route stream_body(Route route) {
    route.body_mode_ = http::BodyMode::stream;
    return route;
}

}  // namespace hyperlane
