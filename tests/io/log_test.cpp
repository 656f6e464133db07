#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/io/log.hpp>

#include <array>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace hyperlane {
namespace {

/// Standard error goes to a file while this lives.
class CapturedStderr {
public:
    CapturedStderr() {
        std::string path = "/tmp/hyperlane-log-XXXXXX";
        file_ = Descriptor(::mkstemp(path.data()));
        ::unlink(path.c_str());
        former_ = Descriptor(::dup(STDERR_FILENO));
        ::dup2(file_.get(), STDERR_FILENO);
    }
    CapturedStderr(const CapturedStderr&) = delete;
    CapturedStderr& operator=(const CapturedStderr&) = delete;
    ~CapturedStderr() { ::dup2(former_.get(), STDERR_FILENO); }

    std::vector<std::string> lines() {
        std::string text;
        std::array<char, 4096> buffer{};
        ssize_t got = 0;
        for (off_t at = 0; (got = ::pread(file_.get(), buffer.data(), buffer.size(), at)) > 0; at += got) {
            text.append(buffer.data(), static_cast<std::size_t>(got));
        }
        std::vector<std::string> out;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) out.push_back(line);
        return out;
    }

private:
    Descriptor file_, former_;
};

class Log : public ::testing::Test {
protected:
    ~Log() override {
        set_log_sink({});
        set_log_level(LogLevel::info);
    }
    void collect() {
        set_log_sink([this](LogLevel level, std::string_view line) { seen.emplace_back(level, line); });
    }
    std::vector<std::pair<LogLevel, std::string>> seen;
};

TEST_F(Log, WritesTimeLevelAndMessageToStandardError) {
    CapturedStderr captured;
    const std::time_t before = std::time(nullptr);
    log(LogLevel::warn, "hello {} %s");
    const auto lines = captured.lines();
    ASSERT_EQ(lines.size(), 1U);
    constexpr std::string_view shape = "0000-00-00T00:00:00.000Z warn  hello {} %s";
    ASSERT_EQ(lines[0].size(), shape.size());
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool digit = lines[0][i] >= '0' && lines[0][i] <= '9';
        ASSERT_EQ(digit ? '0' : lines[0][i], shape[i]) << lines[0];
    }
    const auto number = [&](std::size_t at, std::size_t length) { return std::stoi(lines[0].substr(at, length)); };
    std::tm utc{};
    utc.tm_year = number(0, 4) - 1900, utc.tm_mon = number(5, 2) - 1, utc.tm_mday = number(8, 2);
    utc.tm_hour = number(11, 2), utc.tm_min = number(14, 2), utc.tm_sec = number(17, 2);
    EXPECT_GE(::timegm(&utc), before);
    EXPECT_LE(::timegm(&utc), std::time(nullptr));
}

TEST_F(Log, WritesRawLinesAsTheyAre) {
    CapturedStderr captured;
    log_raw("{\"method\":\"GET\"}");
    EXPECT_EQ(captured.lines(), std::vector<std::string>{"{\"method\":\"GET\"}"});
}

TEST_F(Log, EscapesControlCharactersSoThatNobodyCanForgeALine) {
    collect();
    log(LogLevel::info, std::string_view("a\nb\rc\td\0e\x1b[31mf\x7f", 16));
    log(LogLevel::info, "gr\xc3\xbc\xc3\x9f \xc2\x9b[2J \xe2\x82\xac end\xc2");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].second, "a\\nb\\rc\\td\\x00e\\x1b[31mf\\x7f");
    EXPECT_EQ(seen[1].second, "gr\xc3\xbc\xc3\x9f \\xc2\\x9b[2J \xe2\x82\xac end\xc2");
}

TEST_F(Log, DropsWhatIsBelowTheLevel) {
    collect();
    EXPECT_FALSE(log_enabled(LogLevel::debug));
    EXPECT_TRUE(log_enabled(LogLevel::info));
    log(LogLevel::debug, "dropped");
    set_log_level(LogLevel::trace);
    log(LogLevel::trace, "kept");
    set_log_level(LogLevel::off);
    log(LogLevel::error, "dropped");
    log(LogLevel::off, "dropped");
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0], std::pair(LogLevel::trace, std::string("kept")));
}

TEST_F(Log, ParsesTheNamesOfLevels) {
    EXPECT_EQ(parse_log_level("trace"), LogLevel::trace);
    EXPECT_EQ(parse_log_level("warn"), LogLevel::warn);
    EXPECT_EQ(parse_log_level("off"), LogLevel::off);
    EXPECT_EQ(parse_log_level("Warn"), std::nullopt);
    EXPECT_EQ(parse_log_level(""), std::nullopt);
}

TEST_F(Log, GivesRawLinesToTheSinkToo) {
    collect();
    log_raw("GET / 200");
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].second, "GET / 200");
}

TEST_F(Log, WritesToStandardErrorWhatASinkLogsOrFailsOn) {
    CapturedStderr captured;
    set_log_sink([](LogLevel, std::string_view) {
        log(LogLevel::error, "inner");
        throw std::runtime_error("broken sink");
    });
    log(LogLevel::info, "outer");
    set_log_sink({});
    const auto lines = captured.lines();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(lines[0].ends_with(" inner"));
    EXPECT_TRUE(lines[1].ends_with(" outer"));
}

TEST_F(Log, LinesOfManyThreadsDoNotMixAndTheSinkIsCalledByOneAtATime) {
    const auto from_many_threads = [] {
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([t] {
                const std::string line(200, static_cast<char>('a' + t));
                for (int i = 0; i < 250; ++i) log(LogLevel::info, line);
            });
        }
        for (auto& thread : threads) thread.join();
    };
    collect();
    from_many_threads();
    EXPECT_EQ(seen.size(), 1000U);
    set_log_sink({});

    CapturedStderr captured;
    from_many_threads();
    const auto lines = captured.lines();
    ASSERT_EQ(lines.size(), 1000U);
    for (const auto& line : lines) {
        ASSERT_GE(line.size(), 200U);
        ASSERT_EQ(line.substr(line.size() - 200), std::string(200, line.back()));
    }
}

}  // namespace
}  // namespace hyperlane
