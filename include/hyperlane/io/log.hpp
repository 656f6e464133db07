#pragma once

/// The framework's log: one line per event, to standard error unless a sink is set.

#include <hyperlane/base/function.hpp>

#include <optional>
#include <string_view>

namespace hyperlane {

enum class LogLevel : unsigned char { trace, debug, info, warn, error, off };

/// "info" → LogLevel::info; nothing if there is no such level.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view name) noexcept;

/// Messages below `level` are dropped. Default: info. Thread-safe.
void set_log_level(LogLevel level) noexcept;
[[nodiscard]] bool log_enabled(LogLevel level) noexcept;

/// Write one line: "2026-01-31T12:00:00.123Z warn  message". Control characters in `message` are escaped, so that
/// what a peer sent cannot forge lines or drive a terminal.
///
/// cost     a relaxed load when `level` is disabled; otherwise one write, which waits for standard error
/// threads  any
void log(LogLevel level, std::string_view message) noexcept;

/// Write one line as it is, without time or level: for access logs that have their own format. Thread-safe.
void log_raw(std::string_view line) noexcept;

using LogSink = Function<void(LogLevel, std::string_view)>;

/// Send every line to `sink` instead of standard error; an empty sink restores that. It gets the escaped message
/// without time and level, and raw lines as LogLevel::info. It is called by one thread at a time and must not call
/// `set_log_sink`; what it logs itself, and what it fails on by throwing, goes to standard error.
void set_log_sink(LogSink sink);

}  // namespace hyperlane
