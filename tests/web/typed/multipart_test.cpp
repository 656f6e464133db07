#include <hyperlane/typed.hpp>
#include "web/support.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace hyperlane {
namespace {

using namespace testing;

void note(Context ctx, const HttpError& error) { ctx.set_response_body(error.code() + ": " + error.message()); }

std::string part(std::string_view fields, std::string_view data) {
    return "--XX\r\nContent-Disposition: form-data; " + std::string(fields) + "\r\n\r\n" + std::string(data) + "\r\n";
}

const std::string two = part("name=a", "one") + part("name=b; filename=\"b.txt\"", "two") + "--XX--\r\n";

template <typename F>
std::string answer_to(F handler, std::string_view body, std::string_view type = "multipart/form-data; boundary=XX",
                      std::size_t pipe_bytes = 64 * 1024) {
    Server server;
    server.on_error(note);
    server.route("/", post(std::move(handler)));
    TestClient client(server, {.pipe_bytes = pipe_bytes});
    const auto response = client.post("/").header("Content-Type", type).body(body).send();
    return std::to_string(response.status()) + " " + response.body();
}

Task<std::string> list(Multipart form) {
    std::string text;
    while (auto part = co_await form.next()) {
        text += part->name() + (part->is_file() ? "(" + *part->file_name() + ")" : "") + "=";
        text += co_await part->text() + ";";
    }
    co_return text;
}

TEST(Multipart, GivesItsPartsHoweverTheyArrive) {
    for (const std::size_t pipe_bytes : {1u, 7u, 65536u}) {
        EXPECT_EQ(answer_to(list, two, "multipart/form-data; boundary=XX", pipe_bytes), "200 a=one;b(b.txt)=two;");
    }
}

TEST(Multipart, SkipsWhatIsNotRead) {
    EXPECT_EQ(answer_to(
                  [](Multipart form) -> Task<std::string> {
                      auto first = co_await form.next();
                      auto second = co_await form.next();
                      const std::string stale = co_await first->text();
                      const std::string fresh = co_await second->text();
                      const bool more = (co_await form.next()).has_value();
                      const bool still = (co_await form.next()).has_value();
                      co_return stale + "|" + fresh + (more || still ? "more" : "");
                  },
                  two),
              "200 |two");
    EXPECT_EQ(answer_to([](Multipart) -> Task<std::string> { co_return "nothing read"; }, two), "200 nothing read");
}

TEST(Multipart, RefusesWhatIsNone) {
    EXPECT_TRUE(answer_to(list, two, "application/json").starts_with("415 unsupported_media_type"));
    EXPECT_TRUE(answer_to(list, two, "multipart/form-data").starts_with("400 malformed_multipart"));
    EXPECT_EQ(answer_to(list, "--XX\r\n"), "400 malformed_multipart: the form: the body ends in the head of a part");
    EXPECT_TRUE(answer_to(list, two.substr(0, two.size() - 6)).starts_with("400 malformed_multipart"));
}

TEST(Multipart, HoldsItsLimits) {
    const auto limited = [](MultipartLimits limits) {
        return [limits](Multipart form) -> Task<std::string> {
            form.set_limits(limits);
            return list(form);
        };
    };
    EXPECT_TRUE(answer_to(limited({.parts = 1}), two).starts_with("413 body_too_large"));
    EXPECT_TRUE(answer_to(limited({.part_bytes = 2}), two).starts_with("413 body_too_large"));
    EXPECT_TRUE(answer_to(limited({.text_bytes = 2}), two).starts_with("413 body_too_large"));
    EXPECT_TRUE(answer_to(limited({.total_bytes = 50}), two).starts_with("413 body_too_large"));
    EXPECT_TRUE(answer_to(limited({.parts = 2, .part_bytes = 3, .text_bytes = 3}), two).starts_with("200"));
}

TEST(Multipart, TheLimitOfTheRouteHoldsAsWell) {
    Server server;
    server.on_error(note);
    server.route("/", post(list).body_limit(20));
    TestClient client(server);
    auto request = client.post("/").header("Content-Type", "multipart/form-data; boundary=XX");
    EXPECT_EQ(std::move(request).body(two).send().status(), 413);
}

TEST(Multipart, IsNotBoundByTheLimitOfBodiesInMemory) {
    const std::string large(4 * 1024 * 1024, 'x');
    const auto count = [](Multipart form) -> Task<std::string> {
        std::size_t bytes = 0;
        while (auto part = co_await form.next()) {
            for (;;) {
                const std::string_view piece = co_await part->read();
                if (piece.empty()) break;
                bytes += piece.size();
            }
        }
        co_return std::to_string(bytes);
    };
    EXPECT_EQ(answer_to(count, part("name=a", large) + "--XX--"), "200 " + std::to_string(large.size()));
}

class MultipartFiles : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "hyperlane-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    [[nodiscard]] auto saver() const {
        return [path = folder + "/file"](Multipart form) -> Task<Result<std::string>> {
            auto part = co_await form.next();
            const Result<std::uint64_t> saved = co_await part->save(path);
            if (!saved) co_return std::unexpected(saved.error());
            co_return std::to_string(*saved);
        };
    }
    [[nodiscard]] std::string content() const {
        std::ifstream file(folder + "/file", std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    std::string folder;
};

TEST_F(MultipartFiles, AreSaved) {
    const std::string data(200'000, 'y');
    EXPECT_EQ(answer_to(saver(), part("name=a; filename=x", data) + "--XX--"), "200 200000");
    EXPECT_EQ(content(), data);
}

TEST_F(MultipartFiles, ReplaceNothing) {
    std::ofstream(folder + "/file") << "old";
    const LogCapture log;
    EXPECT_EQ(answer_to(saver(), two), "500 : Internal Server Error")
        << "where files are is none of a client's business";
    EXPECT_TRUE(contains(log.error(), folder)) << log.error();
    EXPECT_EQ(content(), "old");
}

TEST_F(MultipartFiles, AreNoMistakeOfTheClientIfTheyCannotBeSaved) {
    const LogCapture log;
    std::filesystem::remove(folder);
    EXPECT_EQ(answer_to(saver(), two), "500 : Internal Server Error");
    EXPECT_TRUE(contains(log.error(), "write " + folder + "/file: No such file or directory [request ")) << log.error();
}

TEST_F(MultipartFiles, ThatAreNotCompleteAreRemoved) {
    const std::string whole = part("name=a", "half");
    EXPECT_EQ(answer_to(saver(), whole.substr(0, whole.size() - 2)).substr(0, 4), "400 ");
    EXPECT_FALSE(std::filesystem::exists(folder + "/file"));
}

TEST_F(MultipartFiles, AreRemovedWhenTheClientGoes) {
    Server server;
    server.route("/", post(saver()));
    TestClient client(server);
    auto connection = client.connect();
    connection.send(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        "Content-Type: multipart/form-data; boundary=XX\r\n\r\n" +
        part("name=a", std::string(300, 'x')));
    connection.disconnect();
    client.settle();
    EXPECT_FALSE(std::filesystem::exists(folder + "/file"));
}

}  // namespace
}  // namespace hyperlane
