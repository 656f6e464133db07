#pragma once

/// How much and how long: every bound that protects a server from its clients. All are on by default.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/http/head.hpp>

#include <cstddef>
#include <cstdint>

namespace hyperlane {

/// A duration of zero switches that time-out off.
struct Limits {
    std::size_t request_line_bytes = 8 * 1024;       ///< 414
    std::size_t head_bytes = 32 * 1024;              ///< 431
    std::size_t fields = 100;                        ///< 431
    std::uint64_t body_bytes = 2 * 1024 * 1024;      ///< 413; streamed bodies have a limit of their own
    std::size_t unsent_bytes = 64 * 1024;            ///< above this, sends wait for the client to read
    std::size_t unread_bytes = 64 * 1024;            ///< received and not yet asked for; above this, reading pauses
    std::chrono::milliseconds head_timeout{10'000};  ///< from its first byte, or from connecting; 408
    std::chrono::milliseconds keep_alive_timeout{75'000};  ///< between requests
    std::chrono::milliseconds body_grace{5'000};           ///< a body may be silent for so long; 408
    std::uint64_t body_bytes_per_second = 240;             ///< slower for longer than `body_grace`: 408
    std::chrono::milliseconds handler_timeout{30'000};     ///< until the response begins; 503
    std::chrono::milliseconds write_timeout{30'000};       ///< a client that reads nothing for so long is dropped
    std::chrono::milliseconds linger_timeout{2'000};       ///< to let a refused client read why
    std::chrono::milliseconds drain_timeout{30'000};       ///< at shutdown, for what is running
    std::size_t connections = 0;                           ///< 0: what the descriptor limit allows
    bool allow_half_close =
        false;  ///< go on for a client that has closed its sending side; by default it is taken as gone

    [[nodiscard]] http::HeadLimits head() const noexcept { return {request_line_bytes, head_bytes, fields}; }
};

}  // namespace hyperlane
