#include <hyperlane/http/list.hpp>

#include <string>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

std::string elements_of(std::string_view list) {
    std::string out;
    for (ListReader reader(list); const auto element = reader.next();) out += "[" + std::string(*element) + "]";
    return out;
}

TEST(List, SkipsEmptyElements_Rfc9110_5_6_1_2) {
    EXPECT_EQ(elements_of(""), "");
    EXPECT_EQ(elements_of(" , \t,"), "");
    EXPECT_EQ(elements_of("a"), "[a]");
    EXPECT_EQ(elements_of(", a ,\tb,,c d ,"), "[a][b][c d]");
    EXPECT_EQ(elements_of("a=\"x,y\\\",z\",b"), "[a=\"x,y\\\",z\"][b]");
    EXPECT_EQ(elements_of("\"open, b"), "[\"open, b]");
    EXPECT_EQ(elements_of("\"open\\"), "[\"open\\]");
}

TEST(List, ContainsInAnyCase) {
    EXPECT_TRUE(list_contains("gzip, Close", "close"));
    EXPECT_FALSE(list_contains("closed, x", "close"));
    EXPECT_TRUE(equals_ignore_case("ETag", "etAG"));
    EXPECT_FALSE(equals_ignore_case("[", "{"));
    EXPECT_FALSE(equals_ignore_case("a", "ab"));
}

TEST(Parameters, AreWalkedAndUnquoted_Rfc9110_5_6_6) {
    Arena arena;
    const std::string_view element = "form-data; name=\"a\\\"b\"; FileName=x ;; empty=\"\"";
    EXPECT_EQ(without_parameters(element), "form-data");
    EXPECT_EQ(find_parameter(element, "name", arena), "a\"b");
    EXPECT_EQ(find_parameter(element, "filename", arena), "x");
    EXPECT_EQ(find_parameter(element, "empty", arena), "");
    EXPECT_EQ(find_parameter(element, "none", arena), std::nullopt);
    EXPECT_EQ(find_parameter("form-data", "name", arena), std::nullopt);
    for (const std::string_view bad :
         {"x; a", "x; a=", "x; a b=c", "x; =c", "x; a=b c", "x; a=\"b", "x; a=\"b\"c", "x; a =b", "x; a=\"\\\""}) {
        EXPECT_EQ(find_parameter(bad, "a", arena), std::nullopt) << bad;
    }
}

TEST(QuotedString, IsUnquoted_Rfc9110_5_6_4) {
    Arena arena;
    EXPECT_EQ(unquote("token", arena), "token");
    EXPECT_EQ(unquote("\"a b\"", arena), "a b");
    EXPECT_EQ(unquote("\"\\\\\\\"\"", arena), "\\\"");
    for (const std::string_view bad : {"", "a b", "\"", "\"a", "\"a\"b", "\"a\\\""})
        EXPECT_EQ(unquote(bad, arena), std::nullopt) << bad;
}

TEST(QualityValues, AreStrict_Rfc9110_12_4_2) {
    EXPECT_EQ(parse_qvalue("0"), 0);
    EXPECT_EQ(parse_qvalue("0."), 0);
    EXPECT_EQ(parse_qvalue("0.5"), 500);
    EXPECT_EQ(parse_qvalue("0.123"), 123);
    EXPECT_EQ(parse_qvalue("1"), 1000);
    EXPECT_EQ(parse_qvalue("1.000"), 1000);
    for (const std::string_view bad : {"", "2", "1.1", "0.1234", "-1", ".5", "0,5", "0.x", "1.001", "00"})
        EXPECT_EQ(parse_qvalue(bad), std::nullopt) << bad;
    EXPECT_EQ(weight_of("a"), 1000);
    EXPECT_EQ(weight_of("a;b=c; Q=0.3"), 300);
    EXPECT_EQ(weight_of("a;q=x"), 0);
    EXPECT_EQ(weight_of("a;q"), 0);
    EXPECT_EQ(weight_in_list("gzip;q=0.5, *;q=0.1, br", "gzip"), 500);
    EXPECT_EQ(weight_in_list("gzip;q=0.5, *;q=0.1, br", "zstd"), 100);
    EXPECT_EQ(weight_in_list("gzip", "br"), std::nullopt);
}

}  // namespace
}  // namespace hyperlane::http
