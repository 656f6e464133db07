#pragma once

#include <hyperlane/hyperlane.hpp>

inline hyperlane::Task<bool> is_ready() { co_return true; }

inline hyperlane::Task<> from_a_header(hyperlane::Context ctx) {
    if (!co_await is_ready()) co_return;
    ctx.set_response_body("ready");
}
