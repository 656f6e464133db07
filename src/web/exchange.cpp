#include <hyperlane/http/shard.hpp>
#include <hyperlane/web/exchange.hpp>

namespace hyperlane::web {

void* ServerSettings::find_state(TypeKey key) const noexcept {
    for (const StateEntry& entry : state) {
        if (entry.key == key) return entry.value.get();
    }
    return nullptr;
}

[[gnu::always_inline]] inline void WebExchange::reset_all() noexcept {
    attributes.clear();
    route = nullptr;
    request_id = {};
    Exchange::reset();
}

void WebExchange::reset() noexcept { reset_all(); }

void WebExchange::recycle() noexcept {
    reset_all();
    give_back();
}

}  // namespace hyperlane::web
