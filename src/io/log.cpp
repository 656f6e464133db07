#include <hyperlane/io/log.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#define SPDLOG_LEVEL_NAMES {"trace", "debug", "info", "warn", "error", "critical", "off"}
#include <spdlog/pattern_formatter.h>
#include <unistd.h>

namespace hyperlane {

namespace {

std::atomic<LogLevel> lowest = LogLevel::info;

constexpr std::string_view hex_digits = "0123456789abcdef";

// C0 controls and DEL, and the C1 controls as UTF-8 has them (C2 80 to C2 9F): some terminals obey those as well.
std::size_t control_length(std::string_view text, std::size_t at) noexcept {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7f) return 1;
    if (byte != 0xc2 || at + 1 == text.size()) return 0;
    const auto next = static_cast<unsigned char>(text[at + 1]);
    return next >= 0x80 && next < 0xa0 ? 2 : 0;
}

std::size_t find_control(std::string_view text, std::size_t from) noexcept {
    while (from < text.size() && control_length(text, from) == 0) ++from;
    return from;
}

void append_escaped(std::string& out, char control) {
    switch (control) {
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    const auto byte = static_cast<unsigned char>(control);
    out += "\\x";
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
}

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t control = find_control(text, at);
        out += text.substr(at, control - at);
        at = control;
        if (at == text.size()) break;
        for (std::size_t left = control_length(text, at); left > 0; --left) append_escaped(out, text[at++]);
    }
    return out;
}

spdlog::level::level_enum to_spdlog(LogLevel level) noexcept {
    switch (level) {
        case LogLevel::trace: return spdlog::level::trace;
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warn: return spdlog::level::warn;
        case LogLevel::error: return spdlog::level::err;
        case LogLevel::off: break;
    }
    return spdlog::level::off;
}

void write_whole(const char* at, std::size_t left) noexcept {
    while (left > 0) {
        const auto put = ::write(STDERR_FILENO, at, left);
        if (put < 0 && errno != EINTR) return;  // there is no one left to tell
        if (put > 0) {
            at += put;
            left -= static_cast<std::size_t>(put);
        }
    }
}

thread_local bool in_sink = false;

class InSink {
public:
    InSink() noexcept { in_sink = true; }
    InSink(const InSink&) = delete;
    InSink& operator=(const InSink&) = delete;
    ~InSink() { in_sink = false; }
};

/// Standard error, or what the user has put in its place.
class Output {
public:
    void replace(LogSink sink) {
        const std::lock_guard lock(mutex_);
        std::swap(sink_, sink);
    }

    void line(LogLevel level, std::string_view text) {
        with_lock([&] {
            if (told_sink(level, text)) return;
            spdlog::memory_buf_t buffer;
            formatter_.format({spdlog::string_view_t(), to_spdlog(level), {text.data(), text.size()}}, buffer);
            write_whole(buffer.data(), buffer.size());
        });
    }

    void raw(std::string_view text) {
        with_lock([&] {
            if (told_sink(LogLevel::info, text)) return;
            spdlog::memory_buf_t buffer;
            buffer.append(text.data(), text.data() + text.size());
            buffer.push_back('\n');
            write_whole(buffer.data(), buffer.size());
        });
    }

private:
    // A sink that logs, itself or through what it calls, has the lock already.
    template <typename Write>
    void with_lock(Write write) {
        if (in_sink) return write();
        const std::lock_guard lock(mutex_);
        write();
    }

    bool told_sink(LogLevel level, std::string_view text) {
        if (!sink_ || in_sink) return false;
        const InSink inside;
        try {
            sink_(level, text);
            return true;
        } catch (...) {
            return false;
        }
    }

    std::mutex mutex_;
    LogSink sink_;
    spdlog::pattern_formatter formatter_{"%Y-%m-%dT%H:%M:%S.%eZ %-5l %v", spdlog::pattern_time_type::utc, "\n"};
};

// Never destroyed: destructors of statics may log. Made at the first line, so that it costs start-up nothing.
Output& output() {
    static auto& instance = *new Output;
    return instance;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 6> names = {"trace", "debug", "info", "warn", "error", "off"};
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<LogLevel>(found - names.begin());
}

void set_log_level(LogLevel level) noexcept { lowest.store(level, std::memory_order_relaxed); }

bool log_enabled(LogLevel level) noexcept { return level >= lowest.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view message) noexcept {
    if (!log_enabled(level) || level == LogLevel::off) return;
    try {
        if (find_control(message, 0) == message.size()) return output().line(level, message);
        output().line(level, escaped(message));
    } catch (...) {  // out of memory: the line is lost, the program goes on
    }
}

void log_raw(std::string_view line) noexcept {
    try {
        output().raw(line);
    } catch (...) {
    }
}

void set_log_sink(LogSink sink) { output().replace(std::move(sink)); }

}  // namespace hyperlane
