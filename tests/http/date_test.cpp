#include <hyperlane/http/date.hpp>

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

constexpr sys_seconds example{seconds(784111777)};
constexpr sys_seconds now = sys_days(year(2026) / 6 / 15);

std::string written(sys_seconds time) {
    char buffer[http_date_bytes];
    return {buffer, write_http_date(buffer, time)};
}

TEST(HttpDate, ReadsAllThreeForms_Rfc9110_5_6_7) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now), example);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now), example);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", now), example);
    EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994", now), example + std::chrono::days(10));
}

TEST(HttpDate, ReadsTwoDigitYearsWithin50Years_Rfc9110_5_6_7) {
    EXPECT_EQ(parse_http_date("Monday, 01-Jan-76 00:00:00 GMT", now), sys_seconds(sys_days(year(2076) / 1 / 1)));
    EXPECT_EQ(parse_http_date("Monday, 01-Jul-76 00:00:00 GMT", now), sys_seconds(sys_days(year(1976) / 7 / 1)));
    EXPECT_EQ(parse_http_date("Monday, 01-Jan-00 00:00:00 GMT", now), sys_seconds(sys_days(year(2000) / 1 / 1)));
}

TEST(HttpDate, WritesWhatItReads) {
    EXPECT_EQ(written(example), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(written(sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(written(sys_days(year(2024) / 2 / 29) + seconds(86399)), "Thu, 29 Feb 2024 23:59:59 GMT");
    for (sys_seconds time = sys_days(year(1899) / 1 / 1); time < sys_days(year(2110) / 1 / 1);
         time += seconds(86400 * 3 + 12345)) {
        ASSERT_EQ(parse_http_date(written(time), now), time) << written(time);
    }
    EXPECT_EQ(written(sys_seconds(seconds(1LL << 50))), "Fri, 31 Dec 9999 23:59:59 GMT");
    EXPECT_EQ(written(sys_seconds(seconds(-(1LL << 50)))), "Sat, 01 Jan 0000 00:00:00 GMT");
}

TEST(HttpDate, RefusesEverythingElse) {
    for (const std::string_view bad : {"",
                                       "Sun",
                                       "Sun,",
                                       "Sun, 6 Nov 1994 08:49:37 GMT",
                                       "Sun, 06 nov 1994 08:49:37 GMT",
                                       "Sun, 06 Nov 1994 08:49:37 UTC",
                                       "Sun, 06 Nov 1994 08:49:37 GMT ",
                                       " Sun, 06 Nov 1994 08:49:37 GMT",
                                       "Sun,06 Nov 1994 08:49:37 GMT",
                                       "Sun, 31 Nov 1994 08:49:37 GMT",
                                       "Wed, 29 Feb 2023 08:49:37 GMT",
                                       "Sun, 00 Nov 1994 08:49:37 GMT",
                                       "Sun, 06 Nov 1994 24:00:00 GMT",
                                       "Sun, 06 Nov 1994 08:60:37 GMT",
                                       "Sun, 06 Nov 1994 08:49:61 GMT",
                                       "Sun, 06 Nov 94 08:49:37 GMT",
                                       "Xun, 06 Nov 1994 08:49:37 GMT",
                                       "Sun, 06 Xov 1994 08:49:37 GMT",
                                       "unM, 06 Nov 1994 08:49:37 GMT",
                                       "Sun, 06-Nov-1994 08:49:37 GMT",
                                       "Sundax, 06-Nov-94 08:49:37 GMT",
                                       "Sun, 06-Nov-94 08:49:37 GMT",
                                       "Sun Nov 06 08:49:37 1994 GMT",
                                       "Sun Nov 6 08:49:37 1994",
                                       "Sun Nov  6 08:49:37 94",
                                       "1994-11-06T08:49:37Z",
                                       "784111777"}) {
        EXPECT_EQ(parse_http_date(bad, now), std::nullopt) << bad;
    }
    const std::string good = "Sun, 06 Nov 1994 08:49:37 GMT";
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_EQ(parse_http_date(good.substr(0, size), now), std::nullopt);
}

TEST(HttpDate, ReadsALeapSecond) {
    EXPECT_EQ(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", now), sys_seconds(sys_days(year(2017) / 1 / 1)));
}

}  // namespace
}  // namespace hyperlane::http
