#include <hyperlane/http/multipart_parser.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

using Event = MultipartParser::Event;

struct Parsed {
    std::vector<std::string> parts;  // name|file name|type|data
    std::string error;
    bool too_large = false;

    bool operator==(const Parsed&) const = default;
};

// Feeds pieces of `step` bytes, the first one of `first`.
Parsed parse(std::string_view body, std::size_t first = SIZE_MAX, std::size_t step = SIZE_MAX,
             std::string_view boundary = "XX", const MultipartLimits& limits = {}) {
    MultipartParser parser(boundary, limits);
    Parsed parsed;
    std::size_t next = first;
    for (;;) {
        const Event event = parser.next();
        if (event == Event::need_more) {
            if (body.empty()) {
                parser.end_input();
                continue;
            }
            const std::string piece(body.substr(0, std::max<std::size_t>(next, 1)));
            parser.feed(piece);
            body.remove_prefix(piece.size());
            next = step;
        } else if (event == Event::part) {
            const PartHead& head = parser.head();
            parsed.parts.push_back(head.name + "|" + head.file_name.value_or("-") + "|" + head.content_type + "|");
        } else if (event == Event::data) {
            EXPECT_FALSE(parser.data().empty());
            parsed.parts.back() += parser.data();
        } else if (event == Event::failed) {
            parsed.error = parser.error();
            parsed.too_large = parser.is_too_large();
            EXPECT_EQ(parser.next(), Event::failed) << "for good";
            return parsed;
        } else if (event == Event::end) {
            EXPECT_EQ(parser.next(), Event::end) << "for good";
            return parsed;
        }
    }
}

constexpr std::string_view two_parts =
    "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nfirst\r\n"
    "--XX \t\r\ncontent-disposition: FORM-DATA; filename=\"b.txt\"; name=b\r\nContent-Type: text/plain\r\n"
    "Content-Transfer-Encoding: binary\r\n\r\nse\r\n--XYcond\r\n--X\r\n\r\n--XX--\r\n";

const std::vector<std::string> two_parts_parsed = {"a|-||first", "b|b.txt|text/plain|se\r\n--XYcond\r\n--X\r\n"};

std::string part(std::string_view head, std::string_view data = "x") {
    return "--XX\r\n" + std::string(head) + "\r\n\r\n" + std::string(data) + "\r\n--XX--";
}

TEST(MultipartParser, GivesTheParts_Rfc2046_5_1_1) { EXPECT_EQ(parse(two_parts).parts, two_parts_parsed); }

TEST(MultipartParser, GivesTheSameAtEverySplit) {
    for (const std::string_view body : {two_parts, two_parts.substr(0, 150), two_parts.substr(0, two_parts.size() - 4),
                                        std::string_view("pre\r\n--XX\r\n\r\n\r\n"), std::string_view("--XX--x")}) {
        const Parsed whole = parse(body);
        for (std::size_t first = 0; first <= body.size(); ++first) EXPECT_EQ(parse(body, first), whole) << first;
        for (std::size_t step = 1; step < 12; ++step) EXPECT_EQ(parse(body, step, step), whole) << step;
    }
}

TEST(MultipartParser, AcceptsPreambleEpilogueAndNoParts) {
    EXPECT_EQ(parse("ignored\r\n" + std::string(two_parts) + "ignored\r\n--XX\r\n").parts, two_parts_parsed);
    EXPECT_EQ(parse("--XX--").error, "");
    EXPECT_TRUE(parse("--XX--  ").parts.empty());
}

TEST(MultipartParser, AcceptsPartsWithoutData) {
    const std::string head = "Content-Disposition: form-data; name=a";
    EXPECT_EQ(parse(part(head, "")).parts, std::vector<std::string>{"a|-||"});
    // A body-part may end with its head (RFC 2046 5.1.1).
    const std::string without = "--XX\r\n" + head + "\r\n\r\n--XX\r\n" + head + "\r\n\r\n--XX--";
    EXPECT_EQ(parse(without).parts, (std::vector<std::string>{"a|-||", "a|-||"}));
    EXPECT_EQ(parse(without, 1, 1), parse(without));
}

TEST(MultipartParser, KeepsBytesOfAnyValue) {
    std::string bytes;
    for (int i = 0; i < 512; ++i) bytes += static_cast<char>(i);
    bytes += "\r\n\r\n--\r\n-\r";
    const Parsed parsed = parse(part("Content-Disposition: form-data; name=a", bytes), 7, 7);
    ASSERT_EQ(parsed.parts.size(), 1u);
    EXPECT_EQ(parsed.parts[0], "a|-||" + bytes);
}

TEST(MultipartParser, UndoesTheEscapesOfBrowsersAndOfOthers) {
    const auto name = [](std::string_view quoted) {
        return parse(part("Content-Disposition: form-data; name=\"" + std::string(quoted) + "\"")).parts.at(0);
    };
    EXPECT_EQ(name("a%22b%0D%0Ac"), "a\"b\r\nc|-||x");
    EXPECT_EQ(name("100%25 %41"), "100%25 %41|-||x") << "browsers escape nothing else";
    EXPECT_EQ(name(R"(a\"b\\c)"), "a\"b\\c|-||x");
    EXPECT_EQ(name(R"(C:\temp\x)"), "C:\\temp\\x|-||x");
    EXPECT_EQ(name("m\xC3\xBC; x=y"), "m\xC3\xBC; x=y|-||x");
    EXPECT_EQ(parse(part("Content-Disposition: form-data; name=a; filename=\"\"")).parts.at(0), "a|||x");
}

TEST(MultipartParser, RefusesWhatBreaksTheGrammar) {
    const auto error = [](std::string_view body) { return parse(body).error; };
    const std::string head = "Content-Disposition: form-data; name=a";
    EXPECT_EQ(error(""), "the boundary of the Content-Type does not occur in the body");
    EXPECT_EQ(error("--YY\r\n" + head + "\r\n\r\nx\r\n--YY--"), error(""));
    EXPECT_EQ(error("x--XX--"), error("")) << "a delimiter starts a line";
    EXPECT_EQ(error("--XX\n" + head + "\n\nx\n--XX--"),
              "a line begins with the boundary and goes on with something else");
    EXPECT_EQ(error("--XXY\r\n"), error("--XX\n"));
    EXPECT_EQ(error("--XX-\r\n"), error("--XX\n"));
    EXPECT_EQ(error("--XX--x"), error("--XX\n"));
    EXPECT_EQ(error("--XX"), "the body ends with a boundary that is not the last one");
    EXPECT_EQ(error("--XX\r\n" + head), "the body ends in the head of a part");
    EXPECT_EQ(error("--XX\r\n" + head + "\r\n\r\nx"), "the body ends in the middle of a part");
    EXPECT_EQ(error("--XX\r\n" + head + "\r\n\r\nx\n--XX--"), error("--XX\r\n" + head + "\r\n\r\nx"));
    EXPECT_EQ(error("--XX\r\n" + head + "\r\n\r\n"), error("--XX\r\n" + head + "\r\n\r\nx"));
    EXPECT_EQ(error("--XX" + std::string(300, ' ') + "\r\n"), "there is too much white space behind a boundary");
}

TEST(MultipartParser, RefusesHeadsThatBreakRfc7578) {
    const auto error = [](std::string_view head) { return parse(part(head)).error; };
    EXPECT_EQ(error("Content-Type: text/plain"), "a part has no Content-Disposition: form-data with a name");
    EXPECT_EQ(parse("--XX\r\n\r\nx\r\n--XX--").error, error("Content-Type: text/plain"));
    EXPECT_EQ(error("Content-Disposition: form-data"), "a part has no name");
    EXPECT_EQ(error("Content-Disposition: attachment; name=a"), "a part is no form-data");
    EXPECT_EQ(error("Content-Disposition: form-data; name=a; name=b"), "a part has two names");
    EXPECT_EQ(error("Content-Disposition: form-data; name=a; filename=b; filename=c"), "a part has two file names");
    EXPECT_EQ(error("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b"),
              "a part has two Content-Dispositions");
    EXPECT_EQ(error("Content-Disposition: form-data; name=\"a"), "a part has no name");
    EXPECT_EQ(error("Content-Disposition: form-data; name=a; x=\"y"), "the Content-Disposition of a part is malformed");
    EXPECT_EQ(error("Content-Disposition: form-data; name=\"\xFF\""), "the name of a part is not UTF-8");
    EXPECT_EQ(error("Content-Disposition: form-data; name=a\r\n folded: x"),
              "a line in the head of a part is no field");
    EXPECT_EQ(error("Content-Disposition : form-data; name=a"), "a line in the head of a part is no field");
    EXPECT_EQ(error(std::string_view("Content-Disposition: form-data; name=\"a\0\"", 41)),
              "a field in the head of a part has a control character");
    EXPECT_EQ(error("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64"),
              "a part has a Content-Transfer-Encoding, which forms do not use (RFC 7578 4.7)");
}

TEST(MultipartParser, HoldsItsLimits) {
    const std::string head = "Content-Disposition: form-data; name=a";
    const std::string body = part(head, std::string(100, 'x'));
    for (const std::size_t step : {std::size_t{1}, SIZE_MAX}) {
        const auto with = [&](const MultipartLimits& limits) { return parse(body, step, step, "XX", limits); };
        EXPECT_EQ(with({.part_bytes = 100}).error, "");
        EXPECT_EQ(with({.part_bytes = 99}).error, "a part is longer than 99 bytes");
        EXPECT_TRUE(with({.part_bytes = 99}).too_large);
        EXPECT_EQ(with({.head_bytes = head.size()}).error, "");
        EXPECT_EQ(with({.head_bytes = head.size() - 4}).error, "the head of a part is longer than 34 bytes");
        EXPECT_EQ(with({.total_bytes = body.size()}).error, "");
        EXPECT_TRUE(with({.total_bytes = body.size() - 1}).too_large);
        EXPECT_EQ(with({.parts = 0}).error, "the form has more than 0 parts");
        EXPECT_TRUE(with({.parts = 0}).too_large);
    }
}

TEST(MultipartParser, FindsTheBoundary_Rfc2046_5_1_1) {
    EXPECT_EQ(find_boundary("multipart/form-data; boundary=abc"), "abc");
    EXPECT_EQ(find_boundary("multipart/form-data; charset=utf-8; Boundary=\"a b'()+_,-./:=?\""), "a b'()+_,-./:=?");
    for (const char* bad :
         {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
          "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=\"a\\\"\"",
          "multipart/form-data; boundary=\"a\xC3\xBC\"", "multipart/form-data; boundary=a b"}) {
        EXPECT_EQ(find_boundary(bad), std::nullopt) << bad;
    }
    EXPECT_NE(find_boundary("multipart/form-data; boundary=" + std::string(70, 'a')), std::nullopt);
    EXPECT_EQ(find_boundary("multipart/form-data; boundary=" + std::string(71, 'a')), std::nullopt);
}

}  // namespace
}  // namespace hyperlane::http
