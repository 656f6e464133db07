#include <hyperlane/http/query.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

std::vector<std::string> pairs_of(std::string_view query) {
    std::vector<std::string> out;
    for (QueryReader reader(query); const auto pair = reader.next();) {
        out.push_back(std::string(pair->name) + "|" + std::string(pair->value));
    }
    return out;
}

TEST(Query, WalksPairs) {
    using Pairs = std::vector<std::string>;
    EXPECT_EQ(pairs_of(""), Pairs{});
    EXPECT_EQ(pairs_of("&&"), Pairs{});
    EXPECT_EQ(pairs_of("a=1&b&&=c&d=e=f&"), (Pairs{"a|1", "b|", "|c", "d|e=f"}));
}

TEST(Query, FindsAndDecodes) {
    Arena arena;
    EXPECT_EQ(find_query_value("a=1&b+c=x%20y+z&a=2", "a", arena), "1");
    EXPECT_EQ(find_query_value("a=1&b+c=x%20y+z&a=2", "b c", arena), "x y z");
    EXPECT_EQ(find_query_value("%61=1", "a", arena), "1");
    EXPECT_EQ(find_query_value("a", "a", arena), "");
    EXPECT_EQ(find_query_value("ab=1", "a", arena), std::nullopt);
    EXPECT_EQ(find_query_value("a=%zz", "a", arena), std::nullopt);
    EXPECT_EQ(find_query_value("%zz=1&a=2", "a", arena), "2");
}

TEST(Query, DecodesOnlyWhatNeedsIt) {
    Arena arena;
    const std::string_view plain = "plain";
    EXPECT_EQ(decode_query_component(plain, arena)->data(), plain.data());
    EXPECT_EQ(decode_query_component("%2", arena), std::nullopt);
}

TEST(Query, EncodesEveryByteSoThatItComesBack) {
    std::string all_bytes;
    for (int c = 0; c < 256; ++c) all_bytes += static_cast<char>(c);
    std::string encoded;
    append_query_component(encoded, all_bytes);
    EXPECT_EQ(encoded.find_first_of(" +&=#?/\"<>"), std::string::npos);
    Arena arena;
    EXPECT_EQ(decode_query_component(encoded, arena), all_bytes);
    std::string segment;
    append_path_segment(segment, "a/b c?%+@");
    EXPECT_EQ(segment, "a%2Fb%20c%3F%25+@");
}

}  // namespace
}  // namespace hyperlane::http
