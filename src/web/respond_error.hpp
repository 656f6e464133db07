#pragma once

/// The one road from an error to a response: what a handler or a middleware threw or returned, and what the server
/// itself refuses, ends up here.

#include <hyperlane/web/context.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/http_error.hpp>

#include <exception>

namespace hyperlane::web {

/// Make what was thrown the response, and tell the log what clients must not see. A response whose head is out already
/// is broken off instead. If the time of the handler is over, that stays to be said by `respond_if_late`.
void respond_exception(const Context& ctx, const std::exception_ptr& thrown) noexcept;

/// Throw what the server itself has to say: a limit of the body was passed, or the handler took too long.
[[noreturn]] void throw_refusal(const WebExchange& exchange);

/// For a handler that has ended: if it was cancelled because its time was over, that is the response, whatever it made
/// of its `Cancelled`.
void respond_if_late(const Context& ctx) noexcept;

}  // namespace hyperlane::web
