#include <hyperlane/http/coding/coding.hpp>

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

constexpr Coding codings[] = {Coding::br, Coding::zstd, Coding::gzip, Coding::deflate};
constexpr std::size_t no_limit = SIZE_MAX;

std::string sample(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i) text += "line " + std::to_string(i * i % 977) + " of the text\n";
    text.resize(bytes);
    return text;
}

std::string noise(std::size_t bytes) {
    std::mt19937 random(7);
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(random());
    return text;
}

TEST(Compression, ReadsBackWhatItWrote) {
    for (const Coding coding : codings) {
        for (const std::size_t bytes : {0u, 1u, 100u, 1024u, 16u * 1024u, 300'000u, 3'000'000u}) {
            for (const std::string& text : {sample(bytes), noise(bytes)}) {
                const std::string packed = encode(coding, text);
                const auto back = decode(coding, packed, no_limit);
                ASSERT_TRUE(back) << name_of(coding) << " " << bytes << " " << back.error().message;
                EXPECT_EQ(*back == text, true) << name_of(coding) << " " << bytes;
            }
            if (bytes < 1024) continue;
            EXPECT_LT(encode(coding, sample(bytes)).size(), bytes / 2) << name_of(coding);
        }
    }
}

TEST(Compression, TakesEveryLevel) {
    for (const Coding coding : codings) {
        for (const int level : {-5, 1, 5, 9, 11, 100}) {
            EXPECT_EQ(decode(coding, encode(coding, sample(5000), level), no_limit).value(), sample(5000));
        }
    }
}

TEST(Compression, GivesAllOfAPieceWhenItIsFlushed) {
    for (const Coding coding : codings) {
        const auto encoder = make_encoder(coding);
        const auto decoder = make_decoder(coding);
        std::string seen;
        std::string sent;
        for (const std::size_t bytes : {5u, 1u, 70'000u, 0u, 1000u}) {
            std::string packed;
            const std::string piece = sample(bytes);
            encoder->write(piece, Until::flushed, packed);
            sent += piece;
            ASSERT_TRUE(decoder->read(packed, seen, no_limit)) << name_of(coding);
            EXPECT_TRUE(seen == sent) << name_of(coding) << " " << seen.size() << " of " << sent.size();
            EXPECT_FALSE(decoder->complete());
        }
        std::string packed;
        encoder->write("", Until::ended, packed);
        ASSERT_TRUE(decoder->read(packed, seen, no_limit));
        EXPECT_TRUE(seen == sent) << name_of(coding) << " " << seen.size() << " of " << sent.size();
        EXPECT_TRUE(decoder->complete()) << name_of(coding);
    }
}

TEST(Compression, ReadsAtEverySplit) {
    for (const Coding coding : codings) {
        const std::string text = sample(2000);
        const std::string packed = encode(coding, text);
        for (std::size_t at = 0; at <= packed.size(); ++at) {
            const auto decoder = make_decoder(coding);
            std::string seen;
            ASSERT_TRUE(decoder->read(std::string_view(packed).substr(0, at), seen, no_limit));
            ASSERT_TRUE(decoder->read(std::string_view(packed).substr(at), seen, no_limit));
            ASSERT_EQ(seen, text) << name_of(coding) << " " << at;
            ASSERT_TRUE(decoder->complete());
        }
    }
}

TEST(Compression, StopsAtTheLimit) {
    const std::string bomb(50'000'000, '\0');
    for (const Coding coding : codings) {
        const std::string packed = encode(coding, bomb);
        ASSERT_LT(packed.size(), 200'000u);
        const auto refused = decode(coding, packed, 1'000'000);
        ASSERT_FALSE(refused) << name_of(coding);
        EXPECT_EQ(refused.error().code, ErrorCode::too_large) << name_of(coding);
        EXPECT_TRUE(decode(coding, encode(coding, sample(1000)), 1000)) << name_of(coding);
        EXPECT_FALSE(decode(coding, encode(coding, sample(1000)), 999)) << name_of(coding);
    }
}

TEST(Compression, RefusesWhatIsBrokenOrCutOff) {
    for (const Coding coding : codings) {
        const std::string packed = encode(coding, sample(5000));
        for (std::size_t cut = 0; cut < packed.size(); ++cut) {
            const auto got = decode(coding, std::string_view(packed).substr(0, cut), no_limit);
            ASSERT_FALSE(got) << name_of(coding) << " " << cut;
            EXPECT_EQ(got.error().code, ErrorCode::bad_message);
        }
        EXPECT_FALSE(decode(coding, noise(500), no_limit)) << name_of(coding);
        EXPECT_FALSE(decode(coding, "", no_limit)) << name_of(coding);
        EXPECT_FALSE(decode(coding, packed + "tail", no_limit)) << name_of(coding);
    }
    EXPECT_FALSE(decode(Coding::gzip, encode(Coding::br, sample(500)), no_limit));
}

TEST(Compression, SurvivesEveryFlippedByte) {
    for (const Coding coding : codings) {
        const std::string packed = encode(coding, sample(600));
        for (std::size_t at = 0; at < packed.size(); ++at) {
            std::string broken = packed;
            broken[at] = static_cast<char>(broken[at] ^ 0x55);
            (void)decode(coding, broken, 100'000);
        }
    }
}

TEST(Compression, ReadsGzipOfSeveralMembers_Rfc1952_2_2) {
    const std::string both = encode(Coding::gzip, "one ") + encode(Coding::gzip, "two");
    EXPECT_EQ(decode(Coding::gzip, both, no_limit).value(), "one two");
    const std::string frames = encode(Coding::zstd, "one ") + encode(Coding::zstd, "two");
    EXPECT_EQ(decode(Coding::zstd, frames, no_limit).value(), "one two");
}

TEST(Compression, KnowsItsNames) {
    for (const Coding coding : codings) EXPECT_EQ(parse_coding(name_of(coding)), coding);
    EXPECT_EQ(parse_coding("GZip"), Coding::gzip);
    EXPECT_EQ(parse_coding("x-gzip"), Coding::gzip);
    EXPECT_EQ(parse_coding("compress"), std::nullopt);
    EXPECT_EQ(parse_coding(""), std::nullopt);
}

}  // namespace
}  // namespace hyperlane::http
