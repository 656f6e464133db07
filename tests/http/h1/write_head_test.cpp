#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/chars.hpp>

#include <string>

#include <gtest/gtest.h>

namespace hyperlane::http::h1 {
namespace {

TEST(WriteHead, WritesStatusLines_Rfc9112_4) {
    char buffer[256];
    const auto line = [&](int status, std::string_view reason = {}) {
        return std::string(buffer, write_status_line(buffer, status, reason));
    };
    EXPECT_EQ(line(200), "HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(line(431), "HTTP/1.1 431 Request Header Fields Too Large\r\n");
    EXPECT_EQ(line(299), "HTTP/1.1 299 \r\n");
    EXPECT_EQ(line(200, "Fine"), "HTTP/1.1 200 Fine\r\n");
    for (int status = 100; status < 1000; ++status) EXPECT_LE(line(status).size(), status_line_overhead_bytes);
}

TEST(WriteHead, WritesFieldsAndNumbers) {
    char buffer[64];
    EXPECT_EQ(std::string(buffer, write_field(buffer, "A", "b c")), "A: b c\r\n");
    EXPECT_EQ(std::string(buffer, write_field(buffer, "A", {})), "A: \r\n");
    EXPECT_EQ(std::string(buffer, write_decimal(buffer, 0)), "0");
    EXPECT_EQ(std::string(buffer, write_decimal(buffer, ~std::uint64_t{0})), "18446744073709551615");
}

TEST(WriteHead, RefusesNamesThatAreNoTokens_Rfc9110_5_1) {
    EXPECT_TRUE(is_valid_field_name("Content-Type"));
    EXPECT_TRUE(is_valid_field_name("x_y!#$%&'*+-.^`|~"));
    EXPECT_FALSE(is_valid_field_name(""));
    for (int c = 0; c < 256; ++c) {
        const std::string name = std::string("A-fairly-long-name-of-a-field") + static_cast<char>(c);
        EXPECT_EQ(is_valid_field_name(name), is(static_cast<char>(c), token_char)) << c;
        EXPECT_EQ(is_valid_field_name(std::string(1, static_cast<char>(c))), is(static_cast<char>(c), token_char)) << c;
    }
}

TEST(WriteHead, RefusesValuesThatWouldSplitTheResponse_Rfc9110_5_5) {
    EXPECT_TRUE(is_valid_field_value(""));
    EXPECT_TRUE(is_valid_field_value("a b\tc \xc3\xa4"));
    EXPECT_FALSE(is_valid_field_value(" a"));
    EXPECT_FALSE(is_valid_field_value("a\t"));
    for (std::size_t at = 0; at < 50; ++at) {
        for (const char c : {'\r', '\n', '\0', '\x01', '\x1f', '\x7f'}) {
            std::string value(50, 'x');
            value[at] = c;
            EXPECT_FALSE(is_valid_field_value(value)) << at;
        }
    }
}

}  // namespace
}  // namespace hyperlane::http::h1
