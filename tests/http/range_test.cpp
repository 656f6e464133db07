#include <hyperlane/http/range.hpp>

#include <string>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

/// "0-4,9-9" for satisfiable ranges, else the kind.
std::string parsed(std::string_view value, std::uint64_t size) {
    const RangeSet set = RangeSet::parse(value, size);
    if (set.kind() == RangeSet::Kind::ignored) return "ignored";
    if (set.kind() == RangeSet::Kind::unsatisfiable) return "unsatisfiable";
    std::string out;
    for (const ByteRange range : set.ranges()) {
        out += (out.empty() ? "" : ",") + std::to_string(range.first) + "-" + std::to_string(range.last());
    }
    return out;
}

TEST(Range, ReadsEveryKindOfSpec_Rfc9110_14_1_2) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"bytes=0-4", "0-4"},
        {"bytes=0-0", "0-0"},
        {"bytes=5-", "5-9"},
        {"bytes=-3", "7-9"},
        {"bytes=-100", "0-9"},
        {"bytes=0-100", "0-9"},
        {"BYTES=0-4", "0-4"},
        {"bytes= 0-4 , 6-7", "0-4,6-7"},
        {"bytes=,0-1,,", "0-1"},
        {"bytes=8-9,0-1", "8-9,0-1"},
        {"bytes=0-1,50-60", "0-1"},
        {"bytes=9-9", "9-9"},
        {"bytes=10-", "unsatisfiable"},
        {"bytes=-0", "unsatisfiable"},
        {"bytes=10-20,30-40", "unsatisfiable"},
        {"bytes=0-99999999999999999999999", "0-9"},
        {"bytes=99999999999999999999999-", "unsatisfiable"},
        {"bytes=-99999999999999999999999", "0-9"},
    };
    for (const auto& [value, expected] : cases) EXPECT_EQ(parsed(value, 10), expected) << value;
    EXPECT_EQ(parsed("bytes=0-", 0), "unsatisfiable");
    EXPECT_EQ(parsed("bytes=-1", 0), "unsatisfiable");
    EXPECT_EQ(parsed("bytes=0-", ~std::uint64_t{0}), "0-18446744073709551614");
}

TEST(Range, IgnoresWhatItDoesNotUnderstand_Rfc9110_14_2) {
    for (const std::string_view value :
         {"", "bytes", "bytes=", "bytes=,", "items=0-4", "bytes 0-4", "bytes=4-0", "bytes=a-b", "bytes=1", "bytes=-",
          "bytes=--1", "bytes=1-2-3", "bytes=+1-2", "bytes=0x1-2", "bytes=1 - 2", "bytes=0-1;2-3", "bytes=0-1,x",
          " bytes=0-1", "bytes =0-1"}) {
        EXPECT_EQ(parsed(value, 10), "ignored") << value;
    }
}

TEST(Range, JoinsRangesThatOverlapOrTouch_Rfc9110_14_2) {
    EXPECT_EQ(parsed("bytes=0-4,2-6", 10), "0-6");
    EXPECT_EQ(parsed("bytes=0-4,5-6", 10), "0-6");
    EXPECT_EQ(parsed("bytes=0-4,6-7", 10), "0-4,6-7");
    EXPECT_EQ(parsed("bytes=0-1,8-9,4-5,2-7", 10), "0-9");
    EXPECT_EQ(parsed("bytes=0-,0-,0-", 10), "0-9");
    EXPECT_EQ(parsed("bytes=6-7,0-1,1-2", 10), "6-7,0-2");
}

TEST(Range, IgnoresTooManyRanges) {
    std::string value = "bytes=";
    for (int i = 0; i < 16; ++i) value += std::to_string(i * 10) + "-" + std::to_string(i * 10) + ",";
    EXPECT_EQ(RangeSet::parse(value, 1000).ranges().size(), 16u);
    EXPECT_EQ(parsed(value + "500-500", 1000), "ignored");
}

TEST(Range, WritesContentRange_Rfc9110_14_4) {
    char buffer[max_content_range_bytes];
    EXPECT_EQ(std::string(buffer, write_content_range(buffer, {2, 3}, 10)), "bytes 2-4/10");
    EXPECT_EQ(std::string(buffer, write_unsatisfied_range(buffer, 10)), "bytes */10");
}

}  // namespace
}  // namespace hyperlane::http
