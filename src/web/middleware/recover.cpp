#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/middleware/recover.hpp>

#include <exception>
#include <utility>

namespace hyperlane {

Middleware recover(RecoverOptions options) {
    if (!options.answer) return {};
    return {.recover = [options = std::move(options)](Context ctx, const std::exception_ptr& thrown) {
        // What the handler has set before it threw is not the answer.
        http::Response& response = ctx.exchange().response;
        response.body.clear();
        [[maybe_unused]] const auto usual = response.set_status(500);
        try {
            options.answer(ctx, thrown);
        } catch (const HttpError&) {
            throw;
        } catch (...) {
            if (std::current_exception() == thrown) return false;  // not one that it knows
            throw;
        }
        return true;
    }};
}

}  // namespace hyperlane
