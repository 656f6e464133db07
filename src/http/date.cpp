#include <hyperlane/http/date.hpp>
#include <hyperlane/http/chars.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

namespace hyperlane::http {

namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

constexpr std::string_view day_names = "SunMonTueWedThuFriSat";
constexpr std::string_view month_names = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::array<std::string_view, 7> long_day_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                         "Thursday", "Friday", "Saturday"};

char* write_two(char* out, unsigned value) noexcept {
    *out++ = static_cast<char>('0' + value / 10);
    *out++ = static_cast<char>('0' + value % 10);
    return out;
}

/// The parts of a date as they were written.
struct Parts {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
};

/// Takes a text apart; after the first mismatch nothing succeeds.
class Reader {
public:
    explicit Reader(std::string_view text) noexcept : rest_(text) {}

    [[nodiscard]] bool done() const noexcept { return good_ && rest_.empty(); }

    Reader& literal(std::string_view text) noexcept {
        if (good_ && rest_.starts_with(text)) {
            rest_.remove_prefix(text.size());
        } else {
            good_ = false;
        }
        return *this;
    }

    Reader& number(std::size_t digits, unsigned& out) noexcept {
        out = 0;
        good_ = good_ && rest_.size() >= digits && all(rest_.substr(0, digits), digit_char);
        for (std::size_t i = 0; good_ && i < digits; ++i) out = out * 10 + static_cast<unsigned>(rest_[i] - '0');
        if (good_) rest_.remove_prefix(digits);
        return *this;
    }

    /// One of the three-letter names, counted from 0.
    Reader& name(std::string_view names, unsigned& out) noexcept {
        const std::string_view word = rest_.substr(0, 3);
        const std::size_t at = word.size() == 3 ? names.find(word) : std::string_view::npos;
        good_ = good_ && at != std::string_view::npos && at % 3 == 0;
        if (good_) {
            out = static_cast<unsigned>(at / 3);
            rest_.remove_prefix(3);
        }
        return *this;
    }

    Reader& time(Parts& parts) noexcept {
        return number(2, parts.hour).literal(":").number(2, parts.minute).literal(":").number(2, parts.second);
    }

private:
    std::string_view rest_;
    bool good_ = true;
};

std::optional<sys_seconds> time_of(const Parts& parts) noexcept {
    const year_month_day date{std::chrono::year(parts.year), std::chrono::month(parts.month + 1),
                              std::chrono::day(parts.day)};
    if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
    return sys_days(date) + std::chrono::hours(parts.hour) + std::chrono::minutes(parts.minute) +
           std::chrono::seconds(parts.second);
}

// Sun, 06 Nov 1994 08:49:37 GMT
std::optional<sys_seconds> parse_fixdate(std::string_view text) noexcept {
    Parts parts;
    unsigned weekday = 0;
    unsigned year = 0;
    Reader reader(text);
    reader.name(day_names, weekday).literal(", ").number(2, parts.day).literal(" ").name(month_names, parts.month);
    reader.literal(" ").number(4, year).literal(" ").time(parts).literal(" GMT");
    parts.year = static_cast<int>(year);
    return reader.done() ? time_of(parts) : std::nullopt;
}

// Sunday, 06-Nov-94 08:49:37 GMT
std::optional<sys_seconds> parse_rfc850(std::string_view text, sys_seconds now) noexcept {
    const std::size_t comma = text.find(',');
    const std::string_view weekday = text.substr(0, comma);
    if (std::find(long_day_names.begin(), long_day_names.end(), weekday) == long_day_names.end()) return std::nullopt;
    Parts parts;
    unsigned year = 0;
    Reader reader(text.substr(weekday.size()));
    reader.literal(", ").number(2, parts.day).literal("-").name(month_names, parts.month).literal("-").number(2, year);
    reader.literal(" ").time(parts).literal(" GMT");
    if (!reader.done()) return std::nullopt;
    const year_month_day today(std::chrono::floor<days>(now));
    const int this_year = static_cast<int>(today.year());
    parts.year = this_year / 100 * 100 + static_cast<int>(year);
    const auto time = time_of(parts);
    if (time.has_value() && *time <= now + std::chrono::years(50)) return time;
    parts.year -= 100;
    return time_of(parts);
}

// Sun Nov  6 08:49:37 1994
std::optional<sys_seconds> parse_asctime(std::string_view text) noexcept {
    Parts parts;
    unsigned weekday = 0;
    unsigned year = 0;
    Reader reader(text);
    reader.name(day_names, weekday).literal(" ").name(month_names, parts.month).literal(" ");
    if (text.size() > 8 && text[8] == ' ') {
        reader.literal(" ").number(1, parts.day);
    } else {
        reader.number(2, parts.day);
    }
    reader.literal(" ").time(parts).literal(" ").number(4, year);
    parts.year = static_cast<int>(year);
    return reader.done() ? time_of(parts) : std::nullopt;
}

}  // namespace

char* write_http_date(char* out, sys_seconds time) noexcept {
    constexpr sys_seconds first = sys_days(std::chrono::year(0) / 1 / 1);
    constexpr sys_seconds last = sys_days(std::chrono::year(10000) / 1 / 1) - std::chrono::seconds(1);
    time = std::clamp(time, first, last);
    const auto day = std::chrono::floor<days>(time);
    const year_month_day date(day);
    const auto seconds = static_cast<unsigned>((time - day).count());
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    std::memcpy(out, day_names.data() + 3 * std::chrono::weekday(day).c_encoding(), 3);
    std::memcpy(out + 3, ", ", 2);
    out = write_two(out + 5, static_cast<unsigned>(date.day()));
    *out++ = ' ';
    std::memcpy(out, month_names.data() + 3 * (static_cast<unsigned>(date.month()) - 1), 3);
    out[3] = ' ';
    out = write_two(out + 4, year / 100);
    out = write_two(out, year % 100);
    *out++ = ' ';
    out = write_two(out, seconds / 3600);
    *out++ = ':';
    out = write_two(out, seconds / 60 % 60);
    *out++ = ':';
    out = write_two(out, seconds % 60);
    std::memcpy(out, " GMT", 4);
    return out + 4;
}

std::optional<sys_seconds> parse_http_date(std::string_view text, sys_seconds now) noexcept {
    if (text.size() < 4) return std::nullopt;
    if (text[3] == ',') return parse_fixdate(text);
    return text[3] == ' ' ? parse_asctime(text) : parse_rfc850(text, now);
}

}  // namespace hyperlane::http
