#include <hyperlane/net/listen_fds.hpp>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

namespace hyperlane::net {

namespace {

constexpr int first_fd = 3;

Result<std::optional<int>> number_from_environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    const std::string_view text(value);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) {
        return fail(ErrorCode::invalid_argument, std::string(name) + " is not a number: '" + value + "'");
    }
    return number;
}

struct Handover {
    int pid = 0;
    int count = 0;
};

Result<Handover> take_from_environment() {
    const auto pid = number_from_environment("LISTEN_PID");
    const auto count = number_from_environment("LISTEN_FDS");
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
    if (!pid) return std::unexpected(pid.error());
    if (!count) return std::unexpected(count.error());
    return Handover{.pid = pid->value_or(0), .count = count->value_or(0)};
}

}  // namespace

Result<std::vector<std::unique_ptr<Listener>>> adopt_listen_fds() {
    std::vector<std::unique_ptr<Listener>> listeners;
    const auto handover = take_from_environment();
    if (!handover) return std::unexpected(handover.error());
    if (handover->pid != ::getpid()) return listeners;
    for (int i = 0; i < handover->count; ++i) {
        // A count that is too high is found out at the first descriptor that is not open.
        auto listener = adopt_listener(first_fd + i);
        if (!listener) return std::unexpected(std::move(listener.error()));
        listeners.push_back(std::move(*listener));
    }
    return listeners;
}

}  // namespace hyperlane::net
