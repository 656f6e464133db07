#pragma once

/// The thread that ties the handles of other threads to a session.

#include <hyperlane/ws/session.hpp>

#include <mutex>

namespace hyperlane::websocket {

struct RemoteLink {
    explicit RemoteLink(Session* to) noexcept : session(to) {}

    void cut() noexcept {
        const std::lock_guard lock(mutex);
        session = nullptr;
    }

    std::mutex mutex;
    Session* session;  // changed by its loop only; while it is not null, that loop lives
};

}  // namespace hyperlane::websocket
