#include <hyperlane/web/typed/typed_handler.hpp>
#include <hyperlane/web/typed/typed_websocket.hpp>

#include <utility>

namespace hyperlane::web {

Handler make_typed_handler(TypedState* owned, void (*plain)(const void*, const Context&),
                           Task<> (*coroutine)(const void*, const Context&), void (*describe)(Operation&)) {
    const std::shared_ptr<const TypedState> state(owned);
    auto operation = std::make_shared<Operation>();
    describe(*operation);
    return {state, plain, coroutine, std::move(operation)};
}

Task<> throw_if_failed(Task<Result<>> task) {
    const Result<> result = co_await std::move(task);
    if (!result) throw_error(result.error());
}

}  // namespace hyperlane::web
