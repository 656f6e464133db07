#include <hyperlane/web/handler.hpp>

namespace hyperlane::web {

Handler::Handler(std::shared_ptr<const void> state, Plain plain, Coroutine coroutine,
                 std::shared_ptr<const Operation> operation) noexcept
    : state_(std::move(state)), operation_(std::move(operation)), plain_(plain), coroutine_(coroutine) {}

Handler::Handler(ErasedFunction function, Plain plain) : state_(function.held, function.destroy), plain_(plain) {}
Handler::Handler(ErasedFunction function, Coroutine coroutine)
    : state_(function.held, function.destroy), coroutine_(coroutine) {}
Handler::Handler(ErasedFunction function, Around around) : state_(function.held, function.destroy), around_(around) {}

Handler::Handler(const Handler&) noexcept = default;
Handler::Handler(Handler&&) noexcept = default;
Handler& Handler::operator=(const Handler&) noexcept = default;
Handler& Handler::operator=(Handler&&) noexcept = default;
Handler::~Handler() = default;

}  // namespace hyperlane::web
