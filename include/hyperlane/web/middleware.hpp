#pragma once

/// Middleware as a value: what runs before a handler and what runs after it, with what else a middleware may ask of a
/// route. `cors(…)`, `compress(…)` and the others in <hyperlane/middleware.hpp> return one; `use` takes it.
///
///     server.use({.before = web::make_handler(begin), .after = web::make_handler(end)});
///
/// Two plain halves cost no coroutine frame, where a coroutine around the rest costs one per request.

#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/web/handler.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

namespace web {

/// Answers what a handler threw; see `Middleware::recover`.
/// returns  whether it has answered; otherwise the next one further out is asked
using RecoverHook = SharedFunction<bool(Context, const std::exception_ptr&)>;

/// Answers whether pages of an origin are trusted; called by all loops.
using OriginHook = SharedFunction<bool(std::string_view origin)>;

}  // namespace web

struct Middleware {
    /// Runs where request middleware does, in the order of registration; one that answers stops the chain. It may also
    /// go around the rest.
    web::Handler before = {};
    /// Runs after all response middleware of the same group, that of the last `use` first; whatever happened before,
    /// so also when `before` has not run.
    web::Handler after = {};
    /// Answers an exception that has no status of its own, before the response begins. It may throw an HttpError.
    web::RecoverHook recover = nullptr;
    /// The largest request body, unless something further inside says otherwise.
    std::optional<std::uint64_t> body_limit = std::nullopt;
    /// Other origins whose pages may use these routes: what `cors` lets in, `csrf` does not refuse, wherever in the
    /// chain the two are.
    web::OriginHook trusts_origin = nullptr;
    bool open_to_all = false;      ///< `cors` with "*": it lets everybody in, which is no reason to trust anybody
    bool refuses_origins = false;  ///< `csrf`
    /// Why the options make no sense. The server does not start then, and says this.
    std::string mistake = {};
};

namespace web {

/// All middleware of a server, a group or a route.
class MiddlewareList {
public:
    void add_before(Handler handler);
    void add_after(Handler handler);
    void add(Middleware middleware, std::source_location where);

    /// Put these around what is in `inner`: the way of a request through both.
    [[nodiscard]] MiddlewareList around(const MiddlewareList& inner) const;

    [[nodiscard]] bool empty() const noexcept;
    [[nodiscard]] const std::vector<Handler>& before() const noexcept { return before_; }
    /// From the inside out.
    [[nodiscard]] std::vector<Handler> after() const;
    /// From the inside out.
    [[nodiscard]] const std::vector<RecoverHook>& recover() const noexcept { return recover_; }
    [[nodiscard]] const std::vector<OriginHook>& trusted_origins() const noexcept { return trusted_origins_; }
    /// Of a middleware that lets in whom another one refuses: where it was given; empty if there is none.
    [[nodiscard]] std::string contradiction() const { return refuses_origins_ ? open_to_all_at_ : std::string(); }
    [[nodiscard]] std::optional<std::uint64_t> body_limit() const noexcept { return body_limit_; }
    void set_body_limit(std::uint64_t bytes) noexcept { body_limit_ = bytes; }
    /// One a line, with the places of registration.
    [[nodiscard]] const std::string& mistakes() const noexcept { return mistakes_; }

private:
    std::vector<Handler> before_;
    std::vector<Handler> after_;
    std::vector<Handler> closing_;  // second halves, the last one first
    std::vector<RecoverHook> recover_;
    std::vector<OriginHook> trusted_origins_;
    std::string open_to_all_at_;
    bool refuses_origins_ = false;
    std::optional<std::uint64_t> body_limit_;
    std::string mistakes_;
};

}  // namespace web
}  // namespace hyperlane
