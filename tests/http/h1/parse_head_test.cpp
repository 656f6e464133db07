#include "head_fixture.hpp"

#include <gtest/gtest.h>

namespace hyperlane::http::h1 {
namespace {

TEST(H1Head, ParsesTheRequestOfALoadGenerator) {
    const std::string text = "GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n";
    const ParsedRequest parsed(text);
    ASSERT_TRUE(parsed.result.ok());
    EXPECT_EQ(parsed.result.used, text.size());
    EXPECT_EQ(parsed.head.method, Method::GET);
    EXPECT_EQ(parsed.head.method_token(parsed.bytes.base()), "GET");
    EXPECT_EQ(parsed.head.target(parsed.bytes.base()), "/");
    EXPECT_EQ(parsed.path(), "/");
    EXPECT_FALSE(parsed.head.has_query);
    EXPECT_EQ(parsed.host(), "localhost:8080");
    EXPECT_EQ(parsed.head.minor_version, 1);
    EXPECT_TRUE(parsed.head.keep_alive());
    EXPECT_FALSE(parsed.head.has_body());
    ASSERT_EQ(parsed.head.field_count, 1u);
    EXPECT_EQ(parsed.head.fields()[0].name(parsed.bytes.base()), "Host");
}

TEST(H1Head, LeavesWhatFollowsTheHeadAlone) {
    const std::string head = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
    const ParsedRequest parsed(head + "\0\x01\n" + "GET / HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(parsed.result.ok());
    EXPECT_EQ(parsed.result.used, head.size());
    EXPECT_EQ(parsed.head.content_length, 3u);
    EXPECT_TRUE(parsed.head.has_body());
}

TEST(H1Head, OffsetsSurviveACopyOfTheBytes) {
    const ParsedRequest parsed("GET /a?b HTTP/1.1\r\nHost: h\r\nX-Y:  z \r\n\r\n");
    const std::string copy(parsed.bytes.view());
    EXPECT_EQ(parsed.head.path(copy.data()), "/a");
    EXPECT_EQ(parsed.head.find(copy.data(), "x-y")->value(copy.data()), "z");
}

TEST(H1Head, NamesEveryMethod) {
    for (const std::string_view name :
         {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "!#$%&'*+-.^_`|~"}) {
        const ParsedRequest parsed(std::string(name) + " / HTTP/1.1\r\nHost: a\r\n\r\n");
        ASSERT_TRUE(parsed.result.ok()) << name;
        EXPECT_EQ(parsed.head.method, parse_method(name));
        EXPECT_EQ(parsed.head.method_token(parsed.bytes.base()), name);
    }
}

TEST(H1Head, SplitsTheTarget) {
    const ParsedRequest good("GET /a%20b/c?x=%41?&y HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(good.result.ok());
    EXPECT_EQ(good.path(), "/a%20b/c");
    EXPECT_EQ(good.query(), "x=%41?&y");
    EXPECT_TRUE(good.head.path_has_percent);
    const ParsedRequest plain("GET /a?%41 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_FALSE(plain.head.path_has_percent);
    const ParsedRequest empty_query("GET /a? HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(empty_query.head.has_query);
    EXPECT_EQ(empty_query.query(), "");
}

struct FormCase {
    std::string_view method;
    std::string_view target;
    std::optional<TargetForm> form;
    std::string_view path;
    std::string_view host;
};

TEST(H1Head, KnowsTheFourForms_Rfc9112_3_2) {
    const FormCase cases[] = {
        {"GET", "/", TargetForm::origin, "/", "field"},
        {"GET", "//x", TargetForm::origin, "//x", "field"},
        {"GET", "http://other:80/p?q", TargetForm::absolute, "/p", "other:80"},
        {"GET", "HTTPS://other", TargetForm::absolute, "/", "other"},
        {"GET", "http://other?q", TargetForm::absolute, "/", "other"},
        {"OPTIONS", "*", TargetForm::asterisk, "*", "field"},
        {"OPTIONS", "http://other", TargetForm::absolute, "/", "other"},
        {"CONNECT", "other:443", TargetForm::authority, "", "other:443"},
        {"CONNECT", "[::1]:443", TargetForm::authority, "", "[::1]:443"},
        {"GET", "*", {}, {}, {}},
        {"GET", "other:443", {}, {}, {}},
        {"GET", "a", {}, {}, {}},
        {"GET", "?x", {}, {}, {}},
        {"GET", "ftp://other/", {}, {}, {}},
        {"GET", "http:///p", {}, {}, {}},
        {"GET", "http://", {}, {}, {}},
        {"GET", "http://user@other/", {}, {}, {}},
        {"GET", "http://other:99999/", {}, {}, {}},
        {"CONNECT", "other", {}, {}, {}},
        {"CONNECT", "other:", {}, {}, {}},
        {"CONNECT", "/", {}, {}, {}},
        {"CONNECT", "http://other:443/", {}, {}, {}},
        {"CONNECT", "*", {}, {}, {}},
        {"OPTIONS", "*x", {}, {}, {}},
        {"PUT", "*", {}, {}, {}},
    };
    for (const FormCase& c : cases) {
        const ParsedRequest parsed(std::string(c.method) + " " + std::string(c.target) +
                                   " HTTP/1.1\r\nHost: field\r\n\r\n");
        if (!c.form.has_value()) {
            EXPECT_EQ(parsed.result.error, HeadError::bad_target_form) << c.method << " " << c.target;
            continue;
        }
        ASSERT_TRUE(parsed.result.ok()) << c.method << " " << c.target;
        EXPECT_EQ(parsed.head.form, *c.form) << c.target;
        EXPECT_EQ(parsed.path(), c.path) << c.target;
        EXPECT_EQ(parsed.host(), c.host) << c.target;
    }
}

TEST(H1Head, DecidesWhetherTheConnectionPersists_Rfc9112_9_3) {
    struct Case {
        int minor;
        std::string_view connection;
        bool keep_alive;
    };
    const Case cases[] = {
        {1, "", true},           {1, "close", false},     {1, "CLOSE", false},        {1, "keep-alive, close", false},
        {1, "x, ,close", false}, {1, "closed", true},     {1, "x-close", true},       {0, "", false},
        {0, "keep-alive", true}, {0, "Keep-Alive", true}, {0, ",keep-alive ,", true}, {0, "close, keep-alive", false},
        {1, ",", true},          {1, "\"close\"", true},  {0, "keep-alivf", false},
    };
    for (const Case& c : cases) {
        const ParsedRequest parsed("GET / HTTP/1." + std::to_string(c.minor) +
                                   "\r\nHost: a\r\nConnection: " + std::string(c.connection) + "\r\n\r\n");
        ASSERT_TRUE(parsed.result.ok()) << c.connection;
        EXPECT_EQ(parsed.head.keep_alive(), c.keep_alive) << c.minor << " " << c.connection;
    }
}

TEST(H1Head, JoinsRepeatedConnectionFields_Rfc9110_5_3) {
    const ParsedRequest parsed(with_lines("Connection: upgrade\r\nConnection: close\r\nUpgrade: websocket\r\n"));
    ASSERT_TRUE(parsed.result.ok());
    EXPECT_TRUE(parsed.head.connection_upgrade);
    EXPECT_TRUE(parsed.head.connection_close);
    EXPECT_TRUE(parsed.head.has_upgrade);
}

TEST(H1Head, Expects100Continue_Rfc9110_10_1_1) {
    EXPECT_TRUE(ParsedRequest(with_lines("Expect: 100-Continue\r\n")).head.expect_continue);
    EXPECT_FALSE(ParsedRequest(with_lines("X: y\r\n")).head.expect_continue);
    EXPECT_EQ(error_of(with_lines("Expect: tea\r\n")), HeadError::unknown_expectation);
    EXPECT_EQ(error_of(with_lines("Expect: 100-continue, tea\r\n")), HeadError::unknown_expectation);
    EXPECT_EQ(status_of(HeadError::unknown_expectation), 417);
    const ParsedRequest old("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n");
    ASSERT_TRUE(old.result.ok());
    EXPECT_FALSE(old.head.expect_continue);
}

TEST(H1Head, ReadsVersions_Rfc9112_2_3) {
    const auto with_version = [](std::string_view version) {
        return error_of("GET / " + std::string(version) + "\r\nHost: a\r\n\r\n");
    };
    EXPECT_EQ(with_version("HTTP/1.1"), HeadError::none);
    EXPECT_EQ(with_version("HTTP/1.0"), HeadError::none);
    EXPECT_EQ(with_version("HTTP/1.9"), HeadError::none);
    for (const std::string_view other : {"HTTP/0.9", "HTTP/2.0", "HTTP/3.1", "HTTP/9.9"}) {
        EXPECT_EQ(with_version(other), HeadError::unsupported_version) << other;
    }
    for (const std::string_view bad :
         {"", "HTTP", "HTTP/1", "HTTP/1.", "HTTP/11", "HTTP/1.10", "http/1.1", "HTTP/1,1", "HTTP/1.1 ", " HTTP/1.1",
          "HTTP/x.1", "HTTP/2", "HTTPS/1.1", "HTTP/1.1x", "HTTP/ 1.1", "XTTP/1.1"}) {
        EXPECT_EQ(with_version(bad), HeadError::bad_version) << bad;
    }
    EXPECT_EQ(ParsedRequest("GET / HTTP/1.7\r\nHost: a\r\n\r\n").head.minor_version, 1);
    EXPECT_EQ(status_of(HeadError::unsupported_version), 505);
}

TEST(H1Head, TrimsWhitespaceAroundValues_Rfc9112_5_1) {
    const ParsedRequest parsed(with_lines("A:b\r\nC: \t d\te \t\r\nF:\r\nG: \t \r\nH: \xc3\xa4\r\n"));
    ASSERT_TRUE(parsed.result.ok());
    EXPECT_EQ(parsed.value("a"), "b");
    EXPECT_EQ(parsed.value("C"), "d\te");
    EXPECT_EQ(parsed.value("f"), "");
    EXPECT_EQ(parsed.value("g"), "");
    EXPECT_EQ(parsed.value("h"), "\xc3\xa4");
    EXPECT_EQ(parsed.value("i"), "(absent)");
}

TEST(H1Head, TakesOddButValidFieldNames) {
    const ParsedRequest parsed(
        with_lines("!#$%&'*+-.^_`|~09Az: 1\r\nA_very_long_name_with_underscores_in_many_places: 2\r\n"));
    ASSERT_TRUE(parsed.result.ok());
    EXPECT_EQ(parsed.value("!#$%&'*+-.^_`|~09aZ"), "1");
    EXPECT_EQ(parsed.value("a_very_long_name_with_underscores_in_many_places"), "2");
}

TEST(H1Head, DoesNotMistakeSimilarNamesForFramingFields) {
    const ParsedRequest parsed(
        with_lines("Content_Length: x\r\nContent-Lengthy: x\r\nTransfer_Encoding: x\r\nHos_: x\r\n"
                   "Content-Lengt\x48: 7\r\n"));
    ASSERT_TRUE(parsed.result.ok());
    EXPECT_EQ(parsed.head.content_length, 7u);
    EXPECT_FALSE(parsed.head.chunked);
}

TEST(H1Head, SkipsOneEmptyLineBeforeTheRequest_Rfc9112_2_2) {
    const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    EXPECT_EQ(ParsedRequest("\r\n" + text).result.used, text.size() + 2);
    EXPECT_EQ(error_of("\r\n\r\n" + text), HeadError::bad_method);
    EXPECT_EQ(error_of("\n" + text), HeadError::bare_lf);
    EXPECT_EQ(error_of("\r" + text), HeadError::bare_cr);
}

TEST(H1Head, AnswersLongRequestLinesBeforeTheyEnd) {
    HeadLimits limits;
    limits.request_line_bytes = 32;
    const std::string exact = "GET /" + std::string(32 - 5 - 11, 'a') + " HTTP/1.1\r\n";
    ASSERT_EQ(exact.size(), 32u);
    EXPECT_EQ(error_of(exact + "Host: a\r\n\r\n", limits), HeadError::none);
    EXPECT_EQ(error_of("\r\n" + exact + "Host: a\r\n\r\n", limits), HeadError::none);
    EXPECT_EQ(error_of("GET /a" + exact.substr(5) + "Host: a\r\n\r\n", limits), HeadError::request_line_too_long);
    EXPECT_EQ(error_of(std::string("GET /") + std::string(26, 'a'), limits), HeadError::incomplete);
    EXPECT_EQ(error_of(std::string("GET /") + std::string(27, 'a'), limits), HeadError::request_line_too_long);
    EXPECT_EQ(error_of(std::string(32, 'G'), limits), HeadError::request_line_too_long);
    EXPECT_EQ(status_of(HeadError::request_line_too_long), 414);
}

TEST(H1Head, AnswersLargeHeadsBeforeTheyEnd) {
    HeadLimits limits;
    limits.head_bytes = 64;
    const auto head_of = [](std::size_t size) {
        const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
    };
    EXPECT_EQ(error_of(head_of(64), limits), HeadError::none);
    EXPECT_EQ(error_of(head_of(64) + "body behind it", limits), HeadError::none);
    EXPECT_EQ(error_of(head_of(65), limits), HeadError::head_too_large);
    EXPECT_EQ(error_of(head_of(90).substr(0, 63), limits), HeadError::incomplete);
    EXPECT_EQ(error_of(head_of(90).substr(0, 64), limits), HeadError::head_too_large);
    EXPECT_EQ(status_of(HeadError::head_too_large), 431);
}

TEST(H1Head, BoundsTheNumberOfFieldsAndTheirStorage) {
    HeadLimits limits;
    limits.fields = 3;
    EXPECT_EQ(error_of(with_lines("A: b\r\nC: d\r\n"), limits), HeadError::none);
    EXPECT_EQ(error_of(with_lines("A: b\r\nC: d\r\nE"), limits), HeadError::too_many_fields);
    EXPECT_EQ(status_of(HeadError::too_many_fields), 431);
    const Padded bytes(with_lines("A: b\r\n"));
    Field one[1];
    RequestHead head{std::span<Field>(one)};
    EXPECT_EQ(parse_request_head(bytes.view(), head, {}).error, HeadError::too_many_fields);
}

TEST(H1Head, IsIncompleteAtEverySplitAndThenTheSame) {
    const std::string text =
        "\r\nPOST /p%41th?q=1 HTTP/1.1\r\nHost: example.org:81\r\nConnection: close\r\nX:\t y \r\n"
        "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\nUser_Agent: 0123456789012345678901234567890123\r\n\r\n";
    for (std::size_t size = 0; size < text.size(); ++size) {
        for (const char padding : {'\r', '\n', ':', ' ', 'a', '\0', '\xff'}) {
            const ParsedRequest parsed(std::string_view(text).substr(0, size), {}, padding);
            ASSERT_TRUE(parsed.result.need_more()) << size << " " << message_of(parsed.result.error);
        }
    }
    EXPECT_EQ(trickled_error_of(text), HeadError::none);
}

TEST(H1Head, SaysWhenParsingAgainIsWorthWhile) {
    const HeadLimits limits{.request_line_bytes = 20, .head_bytes = 40, .fields = 100};
    const std::string text = "GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    EXPECT_TRUE(head_has_news(text.substr(0, 16), 15, limits));
    EXPECT_FALSE(head_has_news(text.substr(0, 15), 14, limits));
    EXPECT_FALSE(head_has_news(text.substr(0, 19), 17, limits));
    EXPECT_TRUE(head_has_news(text.substr(0, 20), 19, limits));
    EXPECT_TRUE(head_has_news(text.substr(0, 22), 21, limits));
    EXPECT_FALSE(head_has_news(text.substr(0, 39), 23, limits));
    EXPECT_TRUE(head_has_news(text.substr(0, 40), 39, limits));
    EXPECT_FALSE(head_has_news("", 0, limits));
}

TEST(H1Head, EveryErrorHasAStatusAndASentence) {
    for (int i = 2; i <= static_cast<int>(HeadError::unknown_expectation); ++i) {
        const auto error = static_cast<HeadError>(i);
        EXPECT_GE(status_of(error), 400) << i;
        EXPECT_GT(message_of(error).size(), 10u) << i;
        EXPECT_NE(message_of(error), "the head is malformed") << i;
    }
    EXPECT_EQ(status_of(HeadError::none), 0);
    EXPECT_EQ(status_of(HeadError::incomplete), 0);
}

TEST(H1ResponseHead, ParsesAStatusLine_Rfc9112_4) {
    const ParsedResponse parsed("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    ASSERT_TRUE(parsed.result.ok());
    EXPECT_EQ(parsed.result.used, parsed.bytes.view().size() - 5);
    EXPECT_EQ(parsed.head.status, 404);
    EXPECT_EQ(parsed.head.reason(parsed.bytes.base()), "Not Found");
    EXPECT_EQ(parsed.head.content_length, 5u);
    EXPECT_FALSE(parsed.head.keep_alive());
    EXPECT_EQ(ParsedResponse("HTTP/1.0 200 \r\n\r\n").head.minor_version, 0);
    EXPECT_TRUE(ParsedResponse("HTTP/1.1 200\r\n\r\n").result.ok());
    EXPECT_TRUE(ParsedResponse("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n").head.chunked);
}

TEST(H1ResponseHead, RefusesWhatIsMalformed) {
    for (const std::string_view bad :
         {"HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 x\r\n\r\n", "HTTP/1.1 2000 x\r\n\r\n",
          "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 200 O\x01K\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\r\r\n",
          "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n X: y\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
        const ParsedResponse parsed(bad);
        EXPECT_FALSE(parsed.result.ok() || parsed.result.need_more()) << bad;
    }
}

TEST(H1ResponseHead, IsIncompleteAtEverySplit) {
    const std::string text = "HTTP/1.1 200 Quite fine\r\nServer: x\r\nContent-Length: 0\r\n\r\n";
    for (std::size_t size = 0; size < text.size(); ++size) {
        for (const char padding : {'\r', '\n', ' ', '0', 'a'}) {
            ASSERT_TRUE(ParsedResponse(std::string_view(text).substr(0, size), {}, padding).result.need_more()) << size;
        }
    }
}

}  // namespace
}  // namespace hyperlane::http::h1
