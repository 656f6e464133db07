#include <hyperlane/http/field_encoding.hpp>

#include <string>

#include <gtest/gtest.h>

namespace hyperlane::http {
namespace {

TEST(FieldEncoding, AddressesKeepWhatTheyMayContain_Rfc3986) {
    for (const std::string_view text : {"/a/b?c=d&e=%20#f", "https://user@example.com:8080/x;y,z?q=[1]", "//[::1]/", "",
                                        "../up", "?page=2", "/100%25"}) {
        EXPECT_EQ(encode_uri_reference(text), text);
    }
}

TEST(FieldEncoding, AddressesEncodeTheRest_Rfc9110_10_2_2) {
    EXPECT_EQ(encode_uri_reference("/Z\xC3\xBCrich am See"), "/Z%C3%BCrich%20am%20See");
    EXPECT_EQ(encode_uri_reference("/a\r\nSet-Cookie: x"), "/a%0D%0ASet-Cookie:%20x");
    EXPECT_EQ(encode_uri_reference("/\\evil.example"), "/%5Cevil.example");
    EXPECT_EQ(encode_uri_reference("/100%/%4/%zz"), "/100%25/%254/%25zz");
    EXPECT_EQ(encode_uri_reference("\"<>^`{|}\x7f"), "%22%3C%3E%5E%60%7B%7C%7D%7F");
    const std::string once = encode_uri_reference("/\xE2\x82\xAC 5%");
    EXPECT_EQ(encode_uri_reference(once), once);
}

TEST(FieldEncoding, PlainNamesOfFilesNeedOneForm_Rfc6266_4_3) {
    EXPECT_EQ(content_disposition("attachment", "plan.pdf"), R"(attachment; filename="plan.pdf")");
    EXPECT_EQ(content_disposition("inline", "a plan, (1); x=y.pdf"), R"(inline; filename="a plan, (1); x=y.pdf")");
}

TEST(FieldEncoding, OtherNamesOfFilesHaveAnAsciiTwin_Rfc8187_3_2) {
    EXPECT_EQ(content_disposition("attachment",
                                  "\xC3\x9C"
                                  "bersicht \xE2\x82\xAC.pdf"),
              R"(attachment; filename="_bersicht _.pdf"; filename*=UTF-8''%C3%9Cbersicht%20%E2%82%AC.pdf)");
    EXPECT_EQ(content_disposition("attachment", "a\"b%41.txt"),
              R"(attachment; filename="a_b_41.txt"; filename*=UTF-8''a%22b%2541.txt)");
    EXPECT_EQ(content_disposition("attachment", "it's*.txt"), R"(attachment; filename="it's*.txt")");
}

TEST(FieldEncoding, NoNameOfAFileLeadsElsewhereOrBreaksTheField) {
    EXPECT_EQ(content_disposition("attachment", "../../etc\\passwd"), R"(attachment; filename=".._.._etc_passwd")");
    EXPECT_EQ(content_disposition("attachment", std::string("a\r\nX: y\0z", 9)), R"(attachment; filename="a__X: y_z")");
    EXPECT_EQ(content_disposition("attachment",
                                  "a\xFF"
                                  "b"),
              R"(attachment; filename="a_b")");
}

}  // namespace
}  // namespace hyperlane::http
