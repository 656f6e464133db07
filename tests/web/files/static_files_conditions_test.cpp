#include "web/files/static_files_fixture.hpp"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace hyperlane {
namespace {

TEST_F(StaticFilesTest, ConditionsAreEvaluatedInOrder_Rfc9110_13_2_2) {
    const auto plain = client().get("/files/a.txt").send();
    const std::string tag(*plain.header("ETag"));
    const std::string date(*plain.header("Last-Modified"));
    const std::string old = "Sun, 06 Nov 1994 08:49:37 GMT";
    struct Row {
        TestResponse::Fields fields;
        int status;
    };
    const std::vector<Row> rows = {
        {{{"If-None-Match", tag}}, 304},
        {{{"If-None-Match", "W/" + tag}}, 304},
        {{{"If-None-Match", "\"other\", " + tag}}, 304},
        {{{"If-None-Match", "\"other\""}, {"If-None-Match", tag}}, 304},
        {{{"If-None-Match", "*"}}, 304},
        {{{"If-None-Match", "\"other\""}}, 200},
        {{{"If-None-Match", "\"other\""}, {"If-Modified-Since", date}}, 200},
        {{{"If-Modified-Since", date}}, 304},
        {{{"If-Modified-Since", old}}, 200},
        {{{"If-Modified-Since", "yesterday"}}, 200},
        {{{"If-Match", tag}}, 200},
        {{{"If-Match", "*"}}, 200},
        {{{"If-Match", "\"other\""}}, 412},
        {{{"If-Match", "W/" + tag}}, 412},
        {{{"If-Match", "\"other\""}, {"If-None-Match", tag}}, 412},
        {{{"If-Match", tag}, {"If-None-Match", tag}}, 304},
        {{{"If-Unmodified-Since", date}}, 200},
        {{{"If-Unmodified-Since", old}}, 412},
        {{{"If-Match", tag}, {"If-Unmodified-Since", old}}, 200},
        {{{"If-None-Match", tag}, {"Range", "bytes=0-1"}}, 304},
        {{{"If-Match", "\"other\""}, {"Range", "bytes=0-1"}}, 412},
        {{{"If-Match", tag}, {"Range", "bytes=0-1"}}, 206},
    };
    for (const char* method : {"GET", "HEAD"}) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            auto request = client().request(method, "/files/a.txt");
            for (const auto& [name, value] : rows[i].fields) std::move(request).header(name, value);
            const auto response = std::move(request).send();
            const bool ranged = rows[i].status == 206 && std::string_view(method) == "HEAD";
            EXPECT_EQ(response.status(), ranged ? 200 : rows[i].status) << method << " row " << i;
            if (response.status() == 304) {
                EXPECT_EQ(response.header("ETag"), tag);
                EXPECT_EQ(response.header("Cache-Control"), "max-age=60");
                EXPECT_EQ(response.header("Vary"), "Accept-Encoding");
                EXPECT_EQ(response.header("Content-Type"), std::nullopt);
                EXPECT_EQ(response.header("Content-Length"), std::nullopt);
                EXPECT_EQ(response.body(), "");
            }
            EXPECT_EQ(response.header("Cache-Control").has_value(), response.status() != 412);
        }
    }
}

TEST_F(StaticFilesTest, OneRangeIsPartialContent_Rfc9110_15_3_7) {
    struct Row {
        const char* range;
        int status;
        std::string_view body;
        const char* content_range;
    };
    const std::vector<Row> rows = {
        {"bytes=0-0", 206, "a", "bytes 0-0/26"},
        {"bytes=2-4", 206, "cde", "bytes 2-4/26"},
        {"bytes=24-", 206, "yz", "bytes 24-25/26"},
        {"bytes=-3", 206, "xyz", "bytes 23-25/26"},
        {"bytes=-100", 206, alphabet, "bytes 0-25/26"},
        {"bytes=0-99999999999999999999999", 206, alphabet, "bytes 0-25/26"},
        {"BYTES=1-1", 206, "b", "bytes 1-1/26"},
        {"bytes=0-3,2-5", 206, "abcdef", "bytes 0-5/26"},
        {"bytes=0-0,30-40", 206, "a", "bytes 0-0/26"},
        {"bytes=26-", 416, {}, "bytes */26"},
        {"bytes=-0", 416, {}, "bytes */26"},
        {"bytes=30-40,50-", 416, {}, "bytes */26"},
        {"bytes=4-2", 200, alphabet, nullptr},
        {"bytes=", 200, alphabet, nullptr},
        {"bytes=a-b", 200, alphabet, nullptr},
        {"bytes 0-1", 200, alphabet, nullptr},
        {"lines=0-1", 200, alphabet, nullptr},
        {"bytes=0-1,x", 200, alphabet, nullptr},
    };
    for (const Row& row : rows) {
        const auto response = get_with("/files/a.txt", "Range", row.range);
        EXPECT_EQ(response.status(), row.status) << row.range;
        if (row.status == 416) {
            EXPECT_EQ(response.body(), "Range Not Satisfiable\n");
        } else {
            EXPECT_EQ(response.body(), row.body) << row.range;
        }
        EXPECT_EQ(response.header("Content-Range").value_or(""), row.content_range == nullptr ? "" : row.content_range);
        EXPECT_EQ(response.header("ETag").has_value(), row.status != 416);
        EXPECT_EQ(response.header("Cache-Control").has_value(), row.status != 416) << "an error must not be cached";
    }
    EXPECT_EQ(client().head("/files/a.txt").header("Range", "bytes=0-0").send().status(), 200) << "RFC 9110 14.2";
}

TEST_F(StaticFilesTest, RangesOfALargeFileAreSentFromTheFile) {
    const std::string text = large_text();
    EXPECT_EQ(get_with("/files/large.bin", "Range", "bytes=100000-100099").body(), text.substr(100'000, 100));
    EXPECT_EQ(get_with("/files/large.bin", "Range", "bytes=1000-150000").body(), text.substr(1000, 149'001));
}

TEST_F(StaticFilesTest, SeveralRangesAreMultipart_Rfc9110_14_6) {
    for (const char* target : {"/files/a.txt", "/files/large.bin"}) {
        const std::string text = client().get(target).send().body();
        const auto response = get_with(target, "Range", "bytes=0-1, 5-7 ,-2");
        EXPECT_EQ(response.status(), 206);
        EXPECT_EQ(response.header("Content-Range"), std::nullopt);
        const std::string type(*response.header("Content-Type"));
        const std::string start = "multipart/byteranges; boundary=";
        ASSERT_TRUE(type.starts_with(start));
        const std::string boundary = type.substr(start.size());
        EXPECT_GE(boundary.size(), 24u);
        const std::string part_type(*client().get(target).send().header("Content-Type"));
        const std::string size = std::to_string(text.size());
        const auto part = [&](std::size_t first, std::size_t count) {
            return "--" + boundary + "\r\nContent-Type: " + part_type + "\r\nContent-Range: bytes " +
                   std::to_string(first) + "-" + std::to_string(first + count - 1) + "/" + size + "\r\n\r\n" +
                   text.substr(first, count) + "\r\n";
        };
        EXPECT_EQ(response.body(), part(0, 2) + part(5, 3) + part(text.size() - 2, 2) + "--" + boundary + "--\r\n");
        EXPECT_NE(get_with(target, "Range", "bytes=0-1,5-7").header("Content-Type"), type) << "boundaries are random";
    }
}

TEST_F(StaticFilesTest, RangesCountOnlyForTheSameFile_Rfc9110_13_1_5) {
    const auto plain = client().get("/files/a.txt").send();
    const std::string tag(*plain.header("ETag"));
    const auto status = [&](std::string_view if_range) {
        return client().get("/files/a.txt").header("Range", "bytes=0-1").header("If-Range", if_range).send().status();
    };
    EXPECT_EQ(status(tag), 206);
    EXPECT_EQ(status(*plain.header("Last-Modified")), 206);
    EXPECT_EQ(status("W/" + tag), 200);
    EXPECT_EQ(status("\"other\""), 200);
    EXPECT_EQ(status("Sun, 06 Nov 1994 08:49:37 GMT"), 200);
    EXPECT_EQ(status("nonsense"), 200);
}

TEST_F(StaticFilesTest, TheBestSiblingThatTheClientTakesIsSent_Rfc9110_12_5_3) {
    struct Row {
        const char* accepted;
        const char* coding;  // null: none
        const char* body;
    };
    const std::vector<Row> rows = {
        {"gzip", "gzip", "gz"},
        {"gzip, br", "br", "brotli"},
        {"gzip, zstd", "zstd", "zstandard"},
        {"br;q=0.5, gzip;q=0.8", "gzip", "gz"},
        {"br;q=0, gzip", "gzip", "gz"},
        {"*", "br", "brotli"},
        {"*;q=0.1, br;q=0", "zstd", "zstandard"},
        {"identity, gzip;q=0.5", nullptr, "plain"},
        {"identity;q=0.5, gzip;q=0.4", nullptr, "plain"},
        {"identity;q=0.5, gzip;q=0.5", "gzip", "gz"},
        {"identity;q=0, gzip", "gzip", "gz"},
        {"gzip;q=0.001", "gzip", "gz"},
        {"deflate", nullptr, "plain"},
        {"", nullptr, "plain"},
        {"gzip;q=0", nullptr, "plain"},
        {"GZIP", "gzip", "gz"},
    };
    for (const Row& row : rows) {
        const auto response = get_with("/files/page.js", "Accept-Encoding", row.accepted);
        EXPECT_EQ(response.status(), 200) << row.accepted;
        EXPECT_EQ(response.body(), row.body) << row.accepted;
        EXPECT_EQ(response.header("Content-Encoding").value_or("-"), row.coding == nullptr ? "-" : row.coding)
            << row.accepted;
        EXPECT_EQ(response.header("Content-Type"), "text/javascript; charset=utf-8");
        EXPECT_EQ(response.header("Vary"), "Accept-Encoding");
    }
    EXPECT_EQ(get_with("/files/one.css", "Accept-Encoding", "br, gzip;q=0.1").body(), "gz");
    EXPECT_EQ(get_with("/plain/page.js", "Accept-Encoding", "br").body(), "plain");
    EXPECT_EQ(get_with("/plain/page.js", "Accept-Encoding", "br").header("Vary"), std::nullopt);
}

TEST_F(StaticFilesTest, AFileInNoAcceptableFormIsNotAcceptable) {
    for (const char* accepted : {"identity;q=0", "*;q=0", "br, identity;q=0"}) {
        const auto response = get_with("/files/a.txt", "Accept-Encoding", accepted);
        EXPECT_EQ(response.status(), 406) << accepted;
        EXPECT_EQ(response.header("Vary"), "Accept-Encoding");
    }
}

TEST_F(StaticFilesTest, EachFormHasATagAndRangesOfItsOwn) {
    const auto plain = client().get("/files/page.js").send();
    const auto packed = get_with("/files/page.js", "Accept-Encoding", "br");
    EXPECT_NE(plain.header("ETag"), packed.header("ETag"));
    EXPECT_TRUE(packed.header("ETag")->ends_with("-br\""));
    const auto again = client()
                           .get("/files/page.js")
                           .header("Accept-Encoding", "br")
                           .header("If-None-Match", *plain.header("ETag"))
                           .send();
    EXPECT_EQ(again.status(), 200);
    const auto part =
        client().get("/files/page.js").header("Accept-Encoding", "br").header("Range", "bytes=0-1").send();
    EXPECT_EQ(part.body(), "br");
    EXPECT_EQ(part.header("Content-Encoding"), "br");
    EXPECT_EQ(part.header("Content-Range"), "bytes 0-1/6");
}

}  // namespace
}  // namespace hyperlane
