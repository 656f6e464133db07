#pragma once

/// What answers at a path, and for which methods: `server.route("/users", get(list_users));`

#include <hyperlane/http/exchange.hpp>
#include <hyperlane/http/method.hpp>
#include <hyperlane/web/handler.hpp>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace hyperlane {

/// A handler with its methods, its own middleware and how it takes bodies.
class Route {
public:
    Route(MethodSet methods, web::Handler handler) : methods_(methods), handler_(std::move(handler)) {}

    /// Without a combinator a handler answers all methods.
    template <typename F>
        requires(!std::same_as<std::decay_t<F>, Route>)
    Route(F&& function)  // NOLINT(google-explicit-constructor): `route("/", hello)` reads best
        : Route(all_methods, web::make_handler(std::forward<F>(function))) {}

    /// Runs before this handler, after the middleware of groups and server.
    template <typename F>
    Route&& request_middleware(F&& function) && {
        before_.push_back(web::make_handler(std::forward<F>(function)));
        return std::move(*this);
    }
    /// Runs after this handler, before the middleware of groups and server.
    template <typename F>
    Route&& response_middleware(F&& function) && {
        after_.push_back(web::make_handler(std::forward<F>(function)));
        return std::move(*this);
    }
    template <typename F>
    Route&& use(F&& function) && {
        before_.push_back(web::make_around(std::forward<F>(function)));
        return std::move(*this);
    }
    /// The largest request body that this route takes, instead of `Limits::body_bytes`.
    Route&& body_limit(std::uint64_t bytes) && {
        body_limit_ = bytes;
        return std::move(*this);
    }

    [[nodiscard]] MethodSet methods() const noexcept { return methods_; }
    [[nodiscard]] const web::Handler& handler() const noexcept { return handler_; }
    [[nodiscard]] const std::vector<web::Handler>& before() const noexcept { return before_; }
    [[nodiscard]] const std::vector<web::Handler>& after() const noexcept { return after_; }
    [[nodiscard]] http::BodyMode body_mode() const noexcept { return body_mode_; }
    [[nodiscard]] std::optional<std::uint64_t> body_limit() const noexcept { return body_limit_; }

private:
    friend Route stream_body(Route route);

    MethodSet methods_;
    web::Handler handler_;
    std::vector<web::Handler> before_;
    std::vector<web::Handler> after_;
    std::optional<std::uint64_t> body_limit_;
    http::BodyMode body_mode_ = http::BodyMode::gather;
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
