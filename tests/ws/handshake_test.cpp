#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/ws/handshake.hpp>
#include "ws/sha1.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::websocket {
namespace {

std::string hex(const Sha1Digest& digest) {
    std::string text;
    for (const unsigned byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::string accept_of(std::string_view key) {
    const auto value = accept_key(key);
    return {value.begin(), value.end()};
}

TEST(Sha1, KnowsTheTestVectors_Rfc3174_7_3) {
    EXPECT_EQ(hex(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    EXPECT_EQ(hex(sha1(std::string(1'000'000, 'a'))), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Handshake, MakesTheAcceptKey_Rfc6455_1_3) {
    EXPECT_EQ(accept_of("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(Handshake, KnowsAKey_Rfc6455_4_1) {
    EXPECT_TRUE(is_valid_key("dGhlIHNhbXBsZSBub25jZQ=="));
    for (const char* bad : {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZR==",
                            "dGhlIHNhbXBsZSBub25j ZQ==", "dGhlIHNhbXBsZSBub25jZQ==="}) {
        EXPECT_FALSE(is_valid_key(bad)) << bad;
    }
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(is_valid_key(random_key()));
}

TEST(Handshake, ChecksTheOrigin_Rfc6455_10_2) {
    const std::vector<std::string> same;
    EXPECT_TRUE(origin_allowed(std::nullopt, "a.example", same));
    EXPECT_TRUE(origin_allowed("http://a.example", "a.example", same));
    EXPECT_TRUE(origin_allowed("https://A.example", "a.example", same));
    EXPECT_TRUE(origin_allowed("http://a.example:80", "a.example", same));
    EXPECT_TRUE(origin_allowed("https://a.example", "a.example:443", same));
    EXPECT_TRUE(origin_allowed("http://localhost:8080", "localhost:8080", same));
    EXPECT_FALSE(origin_allowed("http://a.example:8080", "a.example", same));
    EXPECT_FALSE(origin_allowed("http://b.example", "a.example", same));
    EXPECT_FALSE(origin_allowed("http://a.example.evil.example", "a.example", same));
    EXPECT_FALSE(origin_allowed("null", "a.example", same));
    EXPECT_FALSE(origin_allowed("", "", same));
    EXPECT_FALSE(origin_allowed("http://", "", same));
    const std::vector<std::string> listed{"https://app.example"};
    EXPECT_TRUE(origin_allowed("https://app.example", "api.example", listed));
    EXPECT_FALSE(origin_allowed("https://api.example", "api.example", listed));
    const std::vector<std::string> any{"*"};
    EXPECT_TRUE(origin_allowed("null", "api.example", any));
}

TEST(Handshake, ChoosesASubprotocolByThePreferenceOfTheServer_Rfc6455_4_2_2) {
    const std::vector<std::string> ours{"v2.chat", "v1.chat"};
    EXPECT_EQ(choose_subprotocol("v1.chat, v2.chat", ours), "v2.chat");
    EXPECT_EQ(choose_subprotocol("v1.chat", ours), "v1.chat");
    EXPECT_EQ(choose_subprotocol("V1.chat, other", ours), "");
    EXPECT_EQ(choose_subprotocol("", ours), "");
}

class Response : public ::testing::Test {
protected:
    Result<ClientAgreement> read(std::string text) {
        const std::string padded = text + std::string(http::h1::head_padding_bytes, 'x');
        return read_response({padded.data(), text.size()}, request, deflate);
    }
    static std::string good(std::string_view more = {}) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
               std::string(more) + "\r\n";
    }
    ClientRequest request{.host = "a.example",
                          .target = "/chat",
                          .key = "dGhlIHNhbXBsZSBub25jZQ==",
                          .subprotocols = {"v1.chat"},
                          .extensions = {},
                          .more_fields = {}};
    DeflateOptions deflate;
};

TEST_F(Response, IsTakenWhenItIsRight_Rfc6455_4_1) {
    const auto agreed = read(good("Sec-WebSocket-Protocol: v1.chat\r\n") + "frames");
    ASSERT_TRUE(agreed);
    EXPECT_EQ(agreed->subprotocol, "v1.chat");
    EXPECT_EQ(agreed->head_bytes, good("Sec-WebSocket-Protocol: v1.chat\r\n").size());
    for (std::size_t cut = 0; cut < good().size(); ++cut) {
        const auto part = read(good().substr(0, cut));
        ASSERT_TRUE(part);
        EXPECT_EQ(part->head_bytes, 0U);
    }
}

TEST_F(Response, IsRefusedWhenItIsNot_Rfc6455_4_1) {
    const auto code_of = [&](const std::string& text) { return read(text).error().code; };
    EXPECT_EQ(code_of("HTTP/1.1 403 Forbidden\r\n\r\n"), ErrorCode::permission_denied);
    EXPECT_EQ(code_of("HTTP/1.1 404 Not Found\r\n\r\n"), ErrorCode::not_found);
    EXPECT_EQ(code_of("HTTP/1.1 200 OK\r\n\r\n"), ErrorCode::bad_message);
    EXPECT_EQ(code_of("garbage\r\n\r\n"), ErrorCode::bad_message);
    EXPECT_EQ(code_of(good("Sec-WebSocket-Protocol: v2.chat\r\n")), ErrorCode::bad_message);
    EXPECT_EQ(code_of(good("Sec-WebSocket-Extensions: permessage-deflate\r\n")), ErrorCode::bad_message);
    std::string other = good();
    other.replace(other.find("s3pP"), 4, "AAAA");
    EXPECT_EQ(code_of(other), ErrorCode::bad_message);
    std::string no_upgrade = good();
    no_upgrade.replace(no_upgrade.find("Upgrade: websocket"), 18, "Upgrade: something");
    EXPECT_EQ(code_of(no_upgrade), ErrorCode::bad_message);
}

TEST_F(Response, RequestSaysWhatIsOffered) {
    request.extensions = "permessage-deflate";
    request.more_fields = "Origin: http://a.example\r\n";
    EXPECT_EQ(write_request(request),
              "GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "Sec-WebSocket-Protocol: v1.chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"
              "Origin: http://a.example\r\n\r\n");
}

}  // namespace
}  // namespace hyperlane::websocket
