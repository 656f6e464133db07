#include <hyperlane/base/utf8.hpp>

#include <string>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

// A character by the definition of RFC 3629, without a table.
std::string encode(char32_t c) {
    const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
    if (c < 0x80) return {byte(c)};
    if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 63))};
    if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
    return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
}

/// After how many bytes the text is known to be wrong; its size + 1 if never.
std::size_t fails_after(std::string_view text) {
    Utf8Checker checker;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!checker.feed(text.substr(i, 1))) return i + 1;
    }
    return text.size() + 1;
}

TEST(Utf8, TakesEveryCharacterAndNoSurrogate_Rfc3629_3) {
    for (char32_t c = 0; c < 0x110000; ++c) {
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        ASSERT_EQ(is_utf8(encode(c)), !surrogate) << std::hex << static_cast<unsigned>(c);
    }
    EXPECT_FALSE(is_utf8(encode(0x110000)));
}

TEST(Utf8, RefusesOverlongForms_Rfc3629_3) {
    for (const char* text :
         {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF"}) {
        EXPECT_FALSE(is_utf8(text)) << text;
    }
}

TEST(Utf8, FailsAtTheFirstByteThatCannotBeMended) {
    EXPECT_EQ(fails_after("\xF4\x90\x80\x80"), 2U);
    EXPECT_EQ(fails_after("\xED\xA0\x80"), 2U);
    EXPECT_EQ(fails_after("\xE0\x9F\xBF"), 2U);
    EXPECT_EQ(fails_after("\xF5"), 1U);
    EXPECT_EQ(fails_after("\x80"), 1U);
    EXPECT_EQ(fails_after("a\xC3"
                          "b"),
              3U);
    EXPECT_EQ(fails_after("\xE2\x82x"), 3U);
}

TEST(Utf8, AnswersTheSameForEverySplit) {
    const std::string good =
        "plain ascii of some length, \xC2\xB5 \xE1\xBD\xB9 \xF0\x9F\x98\x80 and more ascii behind it";
    const std::string bad = good + "\xED\xA0\x80 tail that is long enough for whole steps";
    for (const std::string& text : {good, bad}) {
        const std::string_view view = text;
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            Utf8Checker checker;
            const bool valid = checker.feed(view.substr(0, cut)) && checker.feed(view.substr(cut));
            EXPECT_EQ(valid && checker.complete(), text == good) << cut;
        }
    }
}

TEST(Utf8, KnowsThatACharacterIsNotWhole) {
    Utf8Checker checker;
    EXPECT_TRUE(checker.feed("\xE2\x82"));
    EXPECT_FALSE(checker.complete());
    EXPECT_TRUE(checker.feed("\xAC"));
    EXPECT_TRUE(checker.complete());
}

TEST(Utf8, FindsABadByteAtEveryPlace) {
    for (std::size_t size = 1; size < 70; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'a');
            text[at] = '\xFF';
            EXPECT_FALSE(is_utf8(text));
        }
    }
}

}  // namespace
}  // namespace hyperlane
