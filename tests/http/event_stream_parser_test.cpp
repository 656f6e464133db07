// The examples and rules of the WHATWG HTML standard, 9.2.5 and 9.2.6, at every split of their bytes.

#include <hyperlane/http/event_stream_parser.hpp>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {

static void PrintTo(const ReceivedEvent& event, std::ostream* out) {
    *out << "{" << event.event << ", " << ::testing::PrintToString(event.data) << ", " << event.id << "}";
}

namespace {

using namespace std::chrono_literals;
using Events = std::vector<ReceivedEvent>;

struct Parsed {
    Events events;
    std::string last_event_id;
    std::optional<std::chrono::milliseconds> retry;

    friend bool operator==(const Parsed&, const Parsed&) = default;
};

Parsed parse(const std::vector<std::string_view>& pieces) {
    EventStreamParser parser;
    Parsed parsed;
    for (const std::string_view piece : pieces) {
        EXPECT_TRUE(parser.feed(piece));
        while (auto event = parser.next()) parsed.events.push_back(std::move(*event));
    }
    parsed.last_event_id = parser.last_event_id();
    parsed.retry = parser.retry();
    return parsed;
}

/// As a whole, cut in two at every place, and byte by byte: the same.
Parsed parse(std::string_view text) {
    const Parsed whole = parse(std::vector{text});
    std::vector<std::string_view> bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        EXPECT_EQ(parse({text.substr(0, at), text.substr(at)}).events, whole.events) << "cut at " << at;
        bytes.push_back(text.substr(at, 1));
    }
    const Parsed by_bytes = parse(bytes);
    EXPECT_EQ(by_bytes, whole);
    return whole;
}

TEST(EventStreamParsing, ExampleOfStockTicks) {
    EXPECT_EQ(parse("data: YHOO\ndata: +2\ndata: 10\n\n").events, (Events{{"message", "YHOO\n+2\n10", ""}}));
}

TEST(EventStreamParsing, ExampleOfFourBlocks) {
    const auto parsed =
        parse(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n");
    EXPECT_EQ(parsed.events, (Events{{"message", "first event", "1"}, {"message", "second event", ""}}));
    EXPECT_EQ(parsed.last_event_id, "");
}

TEST(EventStreamParsing, ExampleOfEmptyData) {
    EXPECT_EQ(parse("data\n\ndata\ndata\n\ndata:").events, (Events{{"message", "", ""}, {"message", "\n", ""}}));
}

TEST(EventStreamParsing, ExampleOfOneSpace) {
    EXPECT_EQ(parse("data:test\n\ndata: test\n\ndata:  test\n\n").events,
              (Events{{"message", "test", ""}, {"message", "test", ""}, {"message", " test", ""}}));
}

TEST(EventStreamParsing, EveryKindOfLineEnd) {
    const Events expected{{"tick", "a\nb", "7"}, {"message", "c", "7"}};
    EXPECT_EQ(parse("event: tick\nid: 7\ndata: a\ndata: b\n\ndata: c\n\n").events, expected);
    EXPECT_EQ(parse("event: tick\rid: 7\rdata: a\rdata: b\r\rdata: c\r\r").events, expected);
    EXPECT_EQ(parse("event: tick\r\nid: 7\r\ndata: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n").events, expected);
    EXPECT_EQ(parse("event: tick\r\nid: 7\rdata: a\ndata: b\r\n\ndata: c\n\r\n").events, expected);
}

TEST(EventStreamParsing, ACarriageReturnEndsItsLineAtOnce) {
    EventStreamParser parser;
    ASSERT_TRUE(parser.feed("data: x\r\r"));
    EXPECT_TRUE(parser.next());
    ASSERT_TRUE(parser.feed("\ndata: y\r\n"));
    EXPECT_FALSE(parser.next()) << "the line feed belonged to the carriage return before it";
    ASSERT_TRUE(parser.feed("\r"));
    EXPECT_TRUE(parser.next());
}

TEST(EventStreamParsing, OneByteOrderMarkIsSkipped) {
    EXPECT_EQ(parse("\xEF\xBB\xBF"
                    "data: x\n\n")
                  .events,
              (Events{{"message", "x", ""}}));
    EXPECT_EQ(parse("\xEF\xBB\xBF\xEF\xBB\xBF"
                    "data: x\n\n")
                  .events,
              Events{});
    EXPECT_EQ(parse("\xEF\xBB"
                    "data: x\n\n")
                  .events,
              Events{});
    EXPECT_EQ(parse("data: \xEF\xBB\xBF\n\n").events, (Events{{"message", "\xEF\xBB\xBF", ""}}));
}

TEST(EventStreamParsing, AnIdStaysUntilTheNext) {
    const auto parsed = parse("id: 1\n\ndata: a\n\nid: 2\ndata: b\n\ndata: c\n\nid: 3\n");
    EXPECT_EQ(parsed.events, (Events{{"message", "a", "1"}, {"message", "b", "2"}, {"message", "c", "2"}}));
    EXPECT_EQ(parsed.last_event_id, "2") << "an event that is not complete tells no id";
}

TEST(EventStreamParsing, AnIdWithNulIsIgnored) {
    EXPECT_EQ(parse(std::string_view("id: 1\n\nid: 2\0\ndata: x\n\n", 23)).events, (Events{{"message", "x", "1"}}));
}

TEST(EventStreamParsing, RetryIsDigitsOnly) {
    EXPECT_EQ(parse("retry: 2500\n").retry, 2500ms);
    for (const std::string_view bad :
         {"retry: -1\n", "retry: 1.5\n", "retry: 1s\n", "retry:\n", "retry\n", "retry:  1\n"}) {
        EXPECT_EQ(parse(bad).retry, std::nullopt) << bad;
    }
    EXPECT_EQ(parse("retry: 99999999999999999999999\n").retry, 24h) << "bounded, not overflowing";
}

TEST(EventStreamParsing, WhatIsUnknownIsIgnored) {
    EXPECT_EQ(parse("foo: bar\nData: x\n data: y\ndata : z\n:data: w\n\n").events, Events{});
    EXPECT_EQ(parse("event: a\n\ndata: x\n\n").events, (Events{{"message", "x", ""}}))
        << "a name without data is forgotten";
}

TEST(EventStreamParsing, WhatIsIncompleteAtTheEndIsDropped) {
    EventStreamParser parser;
    ASSERT_TRUE(parser.feed("id: 1\ndata: a\n\nretry: 10\nid: 2\nevent: e\ndata: b\nda"));
    EXPECT_EQ(parser.next(), (ReceivedEvent{"message", "a", "1"}));
    parser.reconnected();
    ASSERT_TRUE(
        parser.feed("\xEF\xBB\xBF"
                    "data: c\n\n"));
    EXPECT_EQ(parser.next(), (ReceivedEvent{"message", "c", "1"}));
    EXPECT_FALSE(parser.next());
    EXPECT_EQ(parser.retry(), 10ms);
}

TEST(EventStreamParsing, IsBounded) {
    EventStreamParser parser(10);
    EXPECT_TRUE(parser.feed("data: 1234\ndata: 5678\n\n"));
    EXPECT_EQ(parser.next()->data, "1234\n5678");
    EXPECT_EQ(parser.feed("data: 12345").error().code, ErrorCode::too_large);
    EXPECT_EQ(parser.feed("\n\n").error().code, ErrorCode::too_large) << "until a new connection";
    EXPECT_FALSE(parser.next());
    parser.reconnected();
    EXPECT_TRUE(parser.feed("data:1\ndata:2\ndata:3\ndata:4\ndata:5\n"));
    EXPECT_FALSE(parser.feed("data:6\n"));
    parser.reconnected();
    EXPECT_TRUE(parser.feed("data: x\n\n"));
    EXPECT_EQ(parser.next()->data, "x");
}

}  // namespace
}  // namespace hyperlane
