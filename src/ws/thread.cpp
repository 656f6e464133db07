#include "ws/thread.hpp"

namespace hyperlane::websocket {

namespace {

constexpr std::size_t kept_inflaters = 4;

}  // namespace

std::unique_ptr<Inflater> ThreadState::take_inflater() {
    if (inflaters_.empty()) return std::make_unique<Inflater>(15);
    auto inflater = std::move(inflaters_.back());
    inflaters_.pop_back();
    return inflater;
}

void ThreadState::give_back(std::unique_ptr<Inflater> inflater) noexcept {
    if (inflaters_.size() == kept_inflaters) return;
    inflater->reset();
    inflaters_.push_back(std::move(inflater));
}

Deflater& ThreadState::deflater(int window_bits, int level) {
    for (const SharedDeflater& shared : deflaters_) {
        if (shared.window_bits == window_bits && shared.level == level) return *shared.deflater;
    }
    deflaters_.push_back({window_bits, level, std::make_unique<Deflater>(window_bits, level)});
    return *deflaters_.back().deflater;
}

ThreadState& this_thread() {
    thread_local ThreadState state;
    return state;
}

}  // namespace hyperlane::websocket
