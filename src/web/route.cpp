#include <hyperlane/web/route.hpp>

namespace hyperlane {

// Here, so that it is not in every program that makes routes.
Route::Route(MethodSet methods, web::Handler handler) : methods_(methods), handler_(std::move(handler)) {}
Route::Route(const Route&) = default;
Route::Route(Route&&) noexcept = default;
Route& Route::operator=(const Route&) = default;
Route& Route::operator=(Route&&) noexcept = default;
Route::~Route() = default;

Route&& Route::use(Middleware middleware, std::source_location where) && {
    middleware_.add(std::move(middleware), where);
    return std::move(*this);
}

Route&& Route::document(RouteDocument document) && {
    document_ = std::make_shared<const RouteDocument>(std::move(document));
    return std::move(*this);
}

Route stream_body(Route route) {
    route.body_mode_ = http::BodyMode::stream;
    return route;
}

}  // namespace hyperlane
