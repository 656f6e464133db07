#include <hyperlane/json/describe.hpp>
#include <hyperlane/json/text.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::json {
namespace {

enum class Size : int { small, large };

template <typename T>
std::optional<T> read(std::string_view text) {
    T value{};
    return read_text(text, &value, type_info<T>()).empty() ? std::optional<T>(value) : std::nullopt;
}
template <typename T>
std::string problem(std::string_view text) {
    T value{};
    return read_text(text, &value, type_info<T>());
}

TEST(Text, ReadsNumbersAsJsonWritesThem) {
    EXPECT_EQ(read<int>("-42"), -42);
    EXPECT_EQ(read<std::uint8_t>("255"), std::uint8_t{255});
    EXPECT_EQ(read<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(read<std::uint64_t>("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(read<double>("1.5e3"), 1500.0);
    EXPECT_EQ(read<float>("0.25"), 0.25F);
    for (const char* bad : {"", " 1", "1 ", "+1", "01", "0x1", "1.0", "1e2", "one", "--1"}) {
        EXPECT_EQ(problem<int>(bad).empty(), false) << bad;
    }
    EXPECT_EQ(problem<int>("x"), "must be an integer");
    EXPECT_EQ(problem<std::uint8_t>("256"), "must be an integer from 0 to 255");
    EXPECT_EQ(problem<std::int8_t>("-129"), "must be an integer from -128 to 127");
    EXPECT_EQ(problem<double>("nan"), "must be a number");
    EXPECT_EQ(problem<double>("1e999"), "is too large");
}

TEST(Text, ReadsBoolsTextEnumsTimesAndBytes) {
    EXPECT_EQ(read<bool>("true"), true);
    EXPECT_EQ(read<bool>("0"), false);
    EXPECT_EQ(problem<bool>("yes"), "must be true or false");
    EXPECT_EQ(read<bool>("on"), true) << "a checkbox";
    EXPECT_EQ(read<std::chrono::local_seconds>("1970-01-01T00:01"),
              std::chrono::local_seconds(std::chrono::seconds(60)));
    EXPECT_EQ(problem<std::chrono::local_days>("1970-01-01T00:00"), "must be a date as in 2026-01-31");
    EXPECT_EQ(read<std::string>("m\xC3\xBC"), "m\xC3\xBC");
    EXPECT_EQ(problem<std::string>("\xFF"), "must be UTF-8");
    EXPECT_EQ(read<Size>("large"), Size::large);
    EXPECT_EQ(problem<Size>("Large"), "must be one of \"small\", \"large\"");
    EXPECT_EQ(read<std::chrono::sys_seconds>("1970-01-01T00:01:00Z"),
              std::chrono::sys_seconds(std::chrono::seconds(60)));
    EXPECT_EQ(problem<std::chrono::sys_seconds>("now"), "must be a time as in 2026-01-31T12:00:00Z (RFC 3339)");
    EXPECT_EQ(read<Bytes>("AAE="), (Bytes{std::byte{0}, std::byte{1}}));
    EXPECT_FALSE(problem<Bytes>("AAE").empty());
}

TEST(Text, AViewIsOfTheText) {
    const std::string text = "abc";
    std::string_view view;
    EXPECT_EQ(read_text(text, &view, type_info<std::string_view>()), "");
    EXPECT_EQ(view.data(), text.data());
}

TEST(Text, AnOptionalIsFilledOrStaysEmpty) {
    EXPECT_EQ(read<std::optional<int>>("1"), std::optional<int>(1));
    std::optional<int> value;
    EXPECT_EQ(read_text("x", &value, type_info<std::optional<int>>()), "must be an integer");
    EXPECT_EQ(value, std::nullopt);
}

TEST(Text, KnowsWhatIsAScalar) {
    EXPECT_TRUE(is_scalar(type_info<int>()));
    EXPECT_TRUE(is_scalar(type_info<std::optional<std::string>>()));
    EXPECT_FALSE(is_scalar(type_info<std::vector<int>>()));
    std::vector<int> list;
    EXPECT_EQ(read_text("1", &list, type_info<std::vector<int>>()), "cannot be given as text");
}

}  // namespace
}  // namespace hyperlane::json
