#pragma once

/// What the tests of this room share.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/web/testing/test_client.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::testing {

using namespace std::chrono_literals;

/// Keeps what is logged while it lives.
class LogCapture {
public:
    LogCapture() {
        set_log_sink([this](LogLevel level, std::string_view line) {
            const std::lock_guard lock(mutex_);
            lines_.emplace_back(level, line);
        });
    }
    LogCapture(const LogCapture&) = delete;
    LogCapture& operator=(const LogCapture&) = delete;
    ~LogCapture() { set_log_sink({}); }

    [[nodiscard]] std::vector<std::string> lines(LogLevel level) const {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> found;
        for (const auto& [line_level, line] : lines_) {
            if (line_level == level) found.push_back(line);
        }
        return found;
    }
    [[nodiscard]] std::vector<std::string> errors() const { return lines(LogLevel::error); }
    /// The only error, or what is wrong with that.
    [[nodiscard]] std::string error() const {
        const auto all = errors();
        return all.size() == 1 ? all.front() : "(" + std::to_string(all.size()) + " errors logged)";
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::pair<LogLevel, std::string>> lines_;
};

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// The answer of `handler` to GET /.
template <typename F>
TestResponse answer_of(F handler) {
    Server server;
    server.route("/", get(std::move(handler)));
    TestClient client(server);
    return client.get("/").send();
}

}  // namespace hyperlane::testing
