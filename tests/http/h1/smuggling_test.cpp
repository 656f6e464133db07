/// What two parties could read differently: every row must be refused, at once and byte by byte.

#include <hyperlane/http/chars.hpp>
#include <hyperlane/http/h1/chunked.hpp>
#include "head_fixture.hpp"

#include <gtest/gtest.h>

namespace hyperlane::http::h1 {
namespace {

struct Attack {
    std::string text;
    HeadError error;
};

void expect_refused(const std::vector<Attack>& attacks) {
    for (const Attack& attack : attacks) {
        EXPECT_EQ(message_of(error_of(attack.text)), message_of(attack.error)) << attack.text;
        EXPECT_EQ(message_of(trickled_error_of(attack.text)), message_of(attack.error)) << attack.text;
    }
}

Attack lines(std::string text, HeadError error) { return {with_lines(text), error}; }
Attack length(std::string value, HeadError error = HeadError::bad_content_length) {
    return lines("Content-Length:" + value + "\r\n", error);
}
Attack coding(std::string value, HeadError error) { return lines("Transfer-Encoding:" + value + "\r\n", error); }
Attack host(std::string value, HeadError error = HeadError::bad_host) {
    return {"GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n", error};
}

TEST(Smuggling, RefusesTwoLengths_Rfc9112_6_3) {
    expect_refused({
        lines("Content-Length: 5\r\nContent-Length: 6\r\n", HeadError::repeated_content_length),
        lines("Content-Length: 5\r\nContent-Length: 5\r\n", HeadError::repeated_content_length),
        lines("Content-Length: 5\r\ncontent-length: 0\r\n", HeadError::repeated_content_length),
        length(" 5, 5"),
        length(" 5,6"),
        length(" 5,"),
        length(" ,5"),
    });
}

TEST(Smuggling, RefusesLengthsThatAreNoNumber_Rfc9110_8_6) {
    expect_refused({
        length(""),
        length(" "),
        length(" +5"),
        length(" -5"),
        length(" 5 5"),
        length(" 0x5"),
        length(" 5a"),
        length(" 5.0"),
        length(" 1e3"),
        length(" 5;"),
        length(" \"5\""),
        length(" \xef\xbc\x95"),
        length(" 9223372036854775808"),
        length(" 18446744073709551616"),
        length(" 184467440737095516160000000000000000"),
        length(" 5\t5"),
        length(" 5\v", HeadError::bad_field_value),
    });
    EXPECT_EQ(ParsedRequest(with_lines("Content-Length: 9223372036854775807\r\n")).head.content_length,
              9223372036854775807u);
    EXPECT_EQ(ParsedRequest(with_lines("Content-Length: 000000000000000000000000042\r\n")).head.content_length, 42u);
}

TEST(Smuggling, RefusesBothFramings_Rfc9112_6_1) {
    expect_refused({
        lines("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", HeadError::both_framings),
        lines("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", HeadError::both_framings),
        lines("Transfer-Encoding: gzip, chunked\r\nContent-Length: 0\r\n", HeadError::both_framings),
        lines("Transfer-Encoding: identity\r\nContent-Length: 0\r\n", HeadError::both_framings),
    });
}

TEST(Smuggling, RefusesOtherTransferCodings_Rfc9112_6_1) {
    using enum HeadError;
    expect_refused({
        coding(" gzip, chunked", unknown_transfer_coding),
        coding(" x;a=\"b,c\", chunked", unknown_transfer_coding),
        coding(" gzip", bad_transfer_encoding),
        coding(" identity", bad_transfer_encoding),
        coding(" chunked, gzip", bad_transfer_encoding),
        coding(" chunked, chunked", bad_transfer_encoding),
        coding(" gzip, chunked, chunked", bad_transfer_encoding),
        coding(" chunked, identity", bad_transfer_encoding),
        coding(" chunked,", bad_transfer_encoding),
        coding(" ,chunked", bad_transfer_encoding),
        coding(" chunked;q=1", bad_transfer_encoding),
        coding(" \"chunked\"", bad_transfer_encoding),
        coding(" xchunked", bad_transfer_encoding),
        coding(" chunkedx", bad_transfer_encoding),
        coding(" chun ked", bad_transfer_encoding),
        coding("", bad_transfer_encoding),
        coding(" \vchunked", bad_field_value),
        coding(" chunked\f", bad_field_value),
        coding(" chunked\r \r\n", bare_cr),
        coding("\r\n chunked", folded_line),
        lines("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", repeated_transfer_encoding),
        lines("Transfer-Encoding: chunked\r\nTransfer-encoding: identity\r\n", repeated_transfer_encoding),
        lines("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", repeated_transfer_encoding),
        {"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", transfer_encoding_in_1_0},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: identity\r\n\r\n", transfer_encoding_in_1_0},
    });
    EXPECT_EQ(status_of(HeadError::unknown_transfer_coding), 501);
    EXPECT_EQ(status_of(HeadError::bad_transfer_encoding), 400);
    for (const std::string_view good : {"chunked", "Chunked", "CHUNKED", "\tchunked\t "}) {
        EXPECT_TRUE(ParsedRequest(with_lines("Transfer-Encoding:" + std::string(good) + "\r\n")).head.chunked) << good;
    }
}

TEST(Smuggling, RefusesBareLineEnds_Rfc9112_2_2) {
    using enum HeadError;
    expect_refused({
        {"GET / HTTP/1.1\nHost: a\r\n\r\n", bare_lf},
        {"GET / HTTP/1.1\rHost: a\r\n\r\n", bare_cr},
        {"GET / HTTP/1.1\r\nHost: a\n\r\n", bare_lf},
        {"GET / HTTP/1.1\r\nHost: a\r\n\n", bare_lf},
        {"GET / HTTP/1.1\r\nHost: a\r\n\rX", bare_cr},
        {"GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", bare_cr},
        {"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", bare_cr},
        {"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", bare_cr},
        {"GET / HTTP/1.1\n\n", bare_lf},
        lines("X: y\nContent-Length: 5\r\n", bare_lf),
        lines("X: y\rContent-Length: 5\r\n", bare_cr),
        lines("X\r\n: y\r\n", bad_field_name),
        lines("X\n: y\r\n", bare_lf),
        lines("X:\n y\r\n", bare_lf),
    });
}

TEST(Smuggling, RefusesSpaceAroundFieldNamesAndFolding_Rfc9112_5) {
    using enum HeadError;
    expect_refused({
        lines("Content-Length : 5\r\n", space_before_colon),
        lines("Content-Length\t: 5\r\n", space_before_colon),
        lines("Content Length: 5\r\n", space_before_colon),
        lines(" Content-Length: 5\r\n", folded_line),
        lines("X: y\r\n z\r\n", folded_line),
        lines("X: y\r\n\tz\r\n", folded_line),
        {"GET / HTTP/1.1\r\n Host: a\r\nHost: b\r\n\r\n", folded_line},
        {"GET / HTTP/1.1\r\n \r\nHost: b\r\n\r\n", folded_line},
    });
}

TEST(Smuggling, RefusesFieldNamesThatAreNoTokens_Rfc9110_5_1) {
    std::vector<Attack> attacks{lines(": x\r\n", HeadError::bad_field_name),
                                lines("NoColon\r\n", HeadError::bad_field_name)};
    for (int c = 0; c < 256; ++c) {
        if (is(static_cast<char>(c), token_char) || c == ':' || c == '\r' || c == '\n' || c == ' ' || c == '\t')
            continue;
        attacks.push_back(lines(std::string("X") + static_cast<char>(c) + "Y: z\r\n", HeadError::bad_field_name));
    }
    expect_refused(attacks);
}

TEST(Smuggling, RefusesControlsInFieldValues_Rfc9110_5_5) {
    for (int c = 0; c < 256; ++c) {
        const HeadError error = error_of(with_lines(std::string("X: a") + static_cast<char>(c) + "b\r\n"));
        const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
        const HeadError expected = !control    ? HeadError::none
                                   : c == '\r' ? HeadError::bare_cr
                                   : c == '\n' ? HeadError::bare_lf
                                               : HeadError::bad_field_value;
        EXPECT_EQ(error, expected) << c;
    }
}

TEST(Smuggling, RefusesMalformedRequestLines_Rfc9112_3) {
    using enum HeadError;
    const std::string rest = "\r\nHost: a\r\n\r\n";
    expect_refused({
        {"GET  / HTTP/1.1" + rest, bad_request_line},
        {"GET /  HTTP/1.1" + rest, bad_version},
        {"GET / a HTTP/1.1" + rest, bad_version},
        {"GET /\tHTTP/1.1" + rest, bad_target},
        {"GET\t/ HTTP/1.1" + rest, bad_method},
        {" GET / HTTP/1.1" + rest, bad_method},
        {"GET / HTTP/1.1 " + rest, bad_version},
        {"GET / HTTP/1.1\t" + rest, bad_version},
        {"GET /" + rest, bad_request_line},
        {"GET" + rest, bad_method},
        {"G@T / HTTP/1.1" + rest, bad_method},
        {"G\xc3\xa4T / HTTP/1.1" + rest, bad_method},
        {"GET:/ HTTP/1.1" + rest, bad_method},
        {"\r\n\r\nGET / HTTP/1.1" + rest, bad_method},
        {"\x16\x03\x01\x02", bad_method},
        {"GET /a%2 HTTP/1.1" + rest, bad_percent_encoding},
        {"GET /a% HTTP/1.1" + rest, bad_percent_encoding},
        {"GET /%%41 HTTP/1.1" + rest, bad_percent_encoding},
        {"GET /?%zz HTTP/1.1" + rest, bad_percent_encoding},
        {"GET /#a HTTP/1.1" + rest, fragment_in_target},
        {"GET /?#a HTTP/1.1" + rest, fragment_in_target},
    });
}

TEST(Smuggling, RefusesControlsAndNonAsciiInTheTarget_Rfc9112_3_2) {
    for (int c = 0; c < 256; ++c) {
        if (c == ' ' || c == '%' || c == '#') continue;
        const std::string text = std::string("GET /a") + static_cast<char>(c) + "b HTTP/1.1\r\nHost: a\r\n\r\n";
        const HeadError expected = c > 0x20 && c < 0x7f     ? HeadError::none
                                   : c == '\r' || c == '\n' ? HeadError::bad_request_line
                                                            : HeadError::bad_target;
        EXPECT_EQ(error_of(text), expected) << c;
    }
}

TEST(Smuggling, RefusesMissingRepeatedAndMalformedHosts_Rfc9112_3_2) {
    using enum HeadError;
    expect_refused({
        {"GET / HTTP/1.1\r\n\r\n", missing_host},
        {"GET http://a/ HTTP/1.1\r\n\r\n", missing_host},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", repeated_host},
        {"GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n", repeated_host},
        {"GET / HTTP/1.0\r\nHost: a b\r\n\r\n", bad_host},
        {"GET http://a/ HTTP/1.1\r\nHost: a/b\r\n\r\n", bad_host},
        host("a b"),
        host("a/b"),
        host("user@a"),
        host("a:b"),
        host("a:80:80"),
        host("a:65536"),
        host("a:99999"),
        host("a:70000"),
        host("a:655360"),
        host("a:999999999999999999999"),
        host(":80"),
        host("a#b"),
        host("a?b"),
        host("a\\b"),
        host("http://a"),
        host("[::1"),
        host("::1"),
        host("[::1]x"),
        host("[::1]:x"),
        host("[1::2::3]"),
        host("[12345::]"),
        host("[1:2:3:4:5:6:7:8:9]"),
        host("[1:2:3]"),
        host("[::1%25eth0]"),
        host("[]"),
        host("a%"),
        host("a%4"),
        host("a%zz"),
        host("a\xc3\xa4"),
        host("[::256.1.1.1]"),
        host("[::1.1.1]"),
        host("[v.1]"),
        host("a<b"),
        host("a\"b"),
        host("a\tb"),
    });
    for (const std::string_view good : {"a",
                                        "a.",
                                        "A-b.example.org:8080",
                                        "127.0.0.1",
                                        "[::1]",
                                        "[::]:80",
                                        "[2001:db8::1]:443",
                                        "[::ffff:1.2.3.4]",
                                        "[1:2:3:4:5:6:7:8]",
                                        "[1:2:3:4:5:6:1.2.3.4]",
                                        "[1::]",
                                        "[v1.a:b]",
                                        "a_b",
                                        "a%41",
                                        "a:",
                                        "a:65535",
                                        "a:65499",
                                        "a:10000",
                                        "a:00080",
                                        "a!$&'()*+,;=~",
                                        "",
                                        "a-very-long-name-indeed.example.org:1"}) {
        EXPECT_EQ(error_of("GET / HTTP/1.1\r\nHost: " + std::string(good) + "\r\n\r\n"), HeadError::none) << good;
    }
    EXPECT_EQ(error_of("GET / HTTP/1.0\r\n\r\n"), HeadError::none);
}

TEST(Smuggling, RefusesNulEverywhereInTheHead) {
    const std::string text = "GET /p?q HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
    for (std::size_t at = 0; at + 2 < text.size(); ++at) {
        std::string broken = text;
        broken[at] = '\0';
        const HeadError error = error_of(broken);
        EXPECT_TRUE(error != HeadError::none && error != HeadError::incomplete) << at;
        EXPECT_EQ(trickled_error_of(broken), error) << at;
    }
}

TEST(Smuggling, RefusesChunksThatOthersReadDifferently_Rfc9112_7_1) {
    for (const std::string_view body : {"0x5\r\nhello\r\n0\r\n\r\n",
                                        "+5\r\nhello\r\n0\r\n\r\n",
                                        " 5\r\nhello\r\n0\r\n\r\n",
                                        "5 \r\nhello\r\n0\r\n\r\n",
                                        "5\nhello\r\n0\r\n\r\n",
                                        "5\r\nhello\n0\r\n\r\n",
                                        "5\r\nhello0\r\n\r\n",
                                        "5\r\nhelloX\r\n0\r\n\r\n",
                                        "5\r\nhello\rX0\r\n\r\n",
                                        "5\rXhello\r\n0\r\n\r\n",
                                        "\r\n",
                                        "g\r\n",
                                        "-1\r\n",
                                        "5;\r\nhello\r\n0\r\n\r\n",
                                        "5;a\nb\r\nhello\r\n",
                                        "5;a\r\r\nhello\r\n",
                                        "5;a=\r\nhello\r\n",
                                        "5;=b\r\nhello\r\n",
                                        "5;a=\"b\r\nhello\r\n",
                                        "5;a b\r\nhello\r\n",
                                        "5;a \r\nhello\r\n",
                                        "5\t\r\n",
                                        "5;\x01\r\n",
                                        "ffffffffffffffff\r\n",
                                        "8000000000000000\r\n",
                                        "10000000000000000\r\n",
                                        "00000000000000005\r\n",
                                        "0\r\nX : y\r\n\r\n",
                                        "0\r\n X: y\r\n\r\n",
                                        "0\r\nX: y\n\r\n",
                                        "0\r\n\n",
                                        "0\r\nX: a\x01\r\n\r\n",
                                        "0\r\n: y\r\n\r\n",
                                        "0\n\r\n"}) {
        ChunkedDecoder decoder;
        std::string_view rest = body;
        auto step = decoder.feed(rest);
        while (step.status == ChunkedDecoder::Status::data) {
            rest.remove_prefix(step.consumed);
            step = decoder.feed(rest);
        }
        EXPECT_EQ(step.status, ChunkedDecoder::Status::error) << body;
        EXPECT_EQ(status_of(decoder.error()), 400) << body;
        EXPECT_GT(message_of(decoder.error()).size(), 10u);
    }
}

}  // namespace
}  // namespace hyperlane::http::h1
