#include <hyperlane/web/typed/typed_handler.hpp>

#include <utility>

namespace hyperlane::web {

Handler make_typed_handler(TypedState* owned, void (*plain)(const void*, const Context&),
                           Task<> (*coroutine)(const void*, const Context&), void (*describe)(Operation&)) {
    const std::shared_ptr<const TypedState> state(owned);
    auto operation = std::make_shared<Operation>();
    describe(*operation);
    return {state, plain, coroutine, std::move(operation)};
}

}  // namespace hyperlane::web
