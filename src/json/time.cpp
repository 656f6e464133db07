#include "time.hpp"

#include <chrono>
#include <limits>

namespace hyperlane::json {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
constexpr std::int64_t seconds_per_day = 86'400;

char* write_digits(std::int64_t value, int count, char* out) {
    for (int i = count - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return out + count;
}

Wide floor_divide(Wide value, Wide by) {
    const Wide quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

int fraction_digits(const TimeInfo& info) {
    if (info.denominator <= 1) return 0;
    if (info.denominator <= 1'000) return 3;
    return info.denominator <= 1'000'000 ? 6 : 9;
}

std::int64_t days_from(std::int64_t year, unsigned month, unsigned day) {
    const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                           std::chrono::day(day));
    if (!date.ok()) return std::numeric_limits<std::int64_t>::min();
    return std::chrono::sys_days(date).time_since_epoch().count();
}

// Takes a text apart from left to right; the first step that fails makes all later ones fail.
class TimeText {
public:
    explicit TimeText(std::string_view text) : text_(text) {}

    std::int64_t number(std::size_t digits) {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (!at_digit()) {
                good_ = false;
                return 0;
            }
            value = value * 10 + (take() - '0');
        }
        return value;
    }

    std::int64_t nanoseconds() {
        if (text_.empty() || text_[0] != '.') return 0;
        take();
        good_ = good_ && at_digit();
        std::int64_t value = 0;
        std::int64_t unit = nanoseconds_per_second / 10;
        for (; at_digit(); unit /= 10) value += (take() - '0') * unit;
        return value;
    }

    bool skip(std::string_view any_of) {
        const bool matches = !text_.empty() && any_of.find(text_[0]) != std::string_view::npos;
        if (matches) last_ = take();
        good_ = good_ && matches;
        return matches;
    }

    char last() const { return last_; }
    bool good() const { return good_; }
    bool at_end() const { return text_.empty(); }

private:
    bool at_digit() const { return !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; }
    char take() {
        const char c = text_[0];
        text_.remove_prefix(1);
        return c;
    }

    std::string_view text_;
    char last_ = '\0';
    bool good_ = true;
};

// "Z" or "+hh:mm", in seconds east of Greenwich
std::int64_t parse_offset(TimeText& text, bool& good) {
    if (!text.skip("Zz+-") || text.last() == 'Z' || text.last() == 'z') return 0;
    const std::int64_t sign = text.last() == '-' ? -1 : 1;
    const std::int64_t hours = text.number(2);
    text.skip(":");
    const std::int64_t minutes = text.number(2);
    good = good && hours <= 23 && minutes <= 59;
    return sign * (hours * 3600 + minutes * 60);
}

struct ClockTime {
    std::int64_t seconds = 0;  // of the day, in UTC
    std::int64_t nanoseconds = 0;
};

// "T12:00:00.5Z", for local times "T12:00:00.5" or "T12:00"
ClockTime parse_clock(TimeText& text, bool local, bool& good) {
    text.skip("Tt");
    const std::int64_t hour = text.number(2);
    text.skip(":");
    const std::int64_t minute = text.number(2);
    ClockTime time;
    std::int64_t second = 0;
    if (!local || !text.at_end()) {
        text.skip(":");
        second = text.number(2);
        time.nanoseconds = text.nanoseconds();
    }
    good = hour <= 23 && minute <= 59 && second <= 60;
    time.seconds = hour * 3600 + minute * 60 + second - (local ? 0 : parse_offset(text, good));
    return time;
}

}  // namespace

std::string_view describe_time(const TimeInfo& info) noexcept {
    if (info.is_date()) return "a date as in 2026-01-31";
    if (info.local) return "a time as in 2026-01-31T12:00:00, without an offset";
    return "a time as in 2026-01-31T12:00:00Z (RFC 3339)";
}

char* write_time(std::int64_t ticks, const TimeInfo& info, char* out) noexcept {
    const Wide nanoseconds = Wide{ticks} * info.numerator * nanoseconds_per_second / info.denominator;
    // Division above cuts toward zero, which differs from the floor only for units finer than a nanosecond.
    const Wide seconds = floor_divide(nanoseconds, nanoseconds_per_second);
    const auto fraction = static_cast<std::int64_t>(nanoseconds - seconds * nanoseconds_per_second);
    const Wide days = floor_divide(seconds, seconds_per_day);
    if (days < days_from(0, 1, 1) || days > days_from(9999, 12, 31)) return nullptr;
    const auto second_of_day = static_cast<std::int64_t>(seconds - days * seconds_per_day);
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
    out = write_digits(static_cast<int>(date.year()), 4, out);
    *out++ = '-';
    out = write_digits(static_cast<unsigned>(date.month()), 2, out);
    *out++ = '-';
    out = write_digits(static_cast<unsigned>(date.day()), 2, out);
    if (info.is_date()) return out;
    *out++ = 'T';
    out = write_digits(second_of_day / 3600, 2, out);
    *out++ = ':';
    out = write_digits(second_of_day / 60 % 60, 2, out);
    *out++ = ':';
    out = write_digits(second_of_day % 60, 2, out);
    if (const int digits = fraction_digits(info); digits > 0) {
        *out++ = '.';
        const std::int64_t unit = digits == 3 ? 1'000'000 : digits == 6 ? 1'000 : 1;
        out = write_digits(fraction / unit, digits, out);
    }
    if (!info.local) *out++ = 'Z';
    return out;
}

bool parse_time(std::string_view input, const TimeInfo& info, std::int64_t& ticks) noexcept {
    TimeText text(input);
    const std::int64_t year = text.number(4);
    text.skip("-");
    const auto month = static_cast<unsigned>(text.number(2));
    text.skip("-");
    const auto day = static_cast<unsigned>(text.number(2));
    bool good = true;
    const ClockTime time = info.is_date() ? ClockTime() : parse_clock(text, info.local, good);
    const std::int64_t days = days_from(year, month, day);
    if (!good || !text.good() || !text.at_end() || days == std::numeric_limits<std::int64_t>::min()) return false;
    const std::int64_t seconds = days * seconds_per_day + time.seconds;
    const Wide nanoseconds = Wide{seconds} * nanoseconds_per_second + time.nanoseconds;
    const Wide result = floor_divide(nanoseconds * info.denominator, Wide{info.numerator} * nanoseconds_per_second);
    if (result < std::numeric_limits<std::int64_t>::min() || result > std::numeric_limits<std::int64_t>::max())
        return false;
    ticks = static_cast<std::int64_t>(result);
    return true;
}

}  // namespace hyperlane::json
