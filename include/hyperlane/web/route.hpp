#pragma once

/// What answers at a path, and for which methods: `server.route("/users", get(list_users));`

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/http/exchange.hpp>
#include <hyperlane/http/method.hpp>
#include <hyperlane/web/handler.hpp>
#include <hyperlane/web/middleware.hpp>
#include <hyperlane/web/route_document.hpp>

#include <cstdint>
#include <source_location>
#include <utility>

namespace hyperlane {

/// A handler with its methods, its own middleware and how it takes bodies.
class Route {
public:
    Route(MethodSet methods, web::Handler handler);
    Route(const Route&);
    Route(Route&&) noexcept;
    Route& operator=(const Route&);
    Route& operator=(Route&&) noexcept;
    ~Route();

    /// Without a combinator a handler answers all methods.
    template <typename F>
        requires(!std::same_as<std::decay_t<F>, Route>)
    Route(F&& function)  // NOLINT(google-explicit-constructor): `route("/", hello)` reads best
        : Route(all_methods, web::make_handler(std::forward<F>(function))) {}

    /// Runs before this handler, after the middleware of groups and server.
    template <typename F>
    Route&& request_middleware(F&& function) && {
        middleware_.add_before(web::make_handler(std::forward<F>(function)));
        return std::move(*this);
    }
    /// Runs after this handler, before the middleware of groups and server.
    template <typename F>
    Route&& response_middleware(F&& function) && {
        middleware_.add_after(web::make_handler(std::forward<F>(function)));
        return std::move(*this);
    }
    /// Middleware around this handler: `Task<> f(Context ctx, Next next)`.
    template <typename F>
        requires(!std::same_as<std::decay_t<F>, Middleware>)
    Route&& use(F&& function) && {
        middleware_.add_before(web::make_around(std::forward<F>(function)));
        return std::move(*this);
    }
    Route&& use(Middleware middleware, std::source_location where = std::source_location::current()) &&;
    /// The largest request body that this route takes, instead of `Limits::body_bytes`.
    Route&& body_limit(std::uint64_t bytes) && {
        middleware_.set_body_limit(bytes);
        return std::move(*this);
    }
    /// What the API's document says of this route beside its types; see web/openapi.hpp.
    Route&& document(RouteDocument document) &&;

    [[nodiscard]] MethodSet methods() const noexcept { return methods_; }
    [[nodiscard]] const web::Handler& handler() const noexcept { return handler_; }
    [[nodiscard]] const web::MiddlewareList& middleware() const noexcept { return middleware_; }
    [[nodiscard]] http::BodyMode body_mode() const noexcept { return body_mode_; }
    /// Null if nothing was said.
    [[nodiscard]] const RouteDocument* document() const noexcept { return document_.get(); }

private:
    friend Route stream_body(Route route);

    MethodSet methods_;
    web::Handler handler_;
    web::MiddlewareList middleware_;
    http::BodyMode body_mode_ = http::BodyMode::gather;
    std::shared_ptr<const RouteDocument> document_;
};

template <typename F>
Route methods(MethodSet set, F&& function) {
    return {set, web::make_handler(std::forward<F>(function))};
}
/// Answers HEAD too.
template <typename F>
Route get(F&& function) {
    return methods({GET}, std::forward<F>(function));
}
template <typename F>
Route post(F&& function) {
    return methods({POST}, std::forward<F>(function));
}
template <typename F>
Route put(F&& function) {
    return methods({PUT}, std::forward<F>(function));
}
template <typename F>
Route patch(F&& function) {
    return methods({PATCH}, std::forward<F>(function));
}
template <typename F>
Route del(F&& function) {
    return methods({DELETE}, std::forward<F>(function));
}
template <typename F>
Route head(F&& function) {
    return methods({HEAD}, std::forward<F>(function));
}
template <typename F>
Route options(F&& function) {
    return methods({OPTIONS}, std::forward<F>(function));
}
template <typename F>
Route trace(F&& function) {
    return methods({TRACE}, std::forward<F>(function));
}
template <typename F>
Route connect(F&& function) {
    return methods({CONNECT}, std::forward<F>(function));
}

/// The handler runs as soon as the head is there, and reads the body with `ctx.read_request_body()`, at its own pace.
/// There is no limit on the size unless `body_limit` sets one.
[[nodiscard]] Route stream_body(Route route);

}  // namespace hyperlane
