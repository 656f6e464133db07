#include <hyperlane/middleware.hpp>
#include "../support.hpp"

#include <set>

namespace hyperlane {
namespace {

using namespace testing;

TEST(Etag, SparesTheClientWhatItHas_Rfc9110_13_1_2) {
    Server server;
    server.use(etag()).route("/", get([](Context ctx) { ctx.set_response_body("content"); }));
    TestClient client(server);
    const auto first = client.get("/").send();
    const std::string tag(first.header("ETag").value());
    EXPECT_EQ(tag, web::make_etag("content"));
    const auto again = client.get("/").header("If-None-Match", "\"other\", " + tag).send();
    EXPECT_EQ(again.status(), 304);
    EXPECT_EQ(again.body(), "");
    EXPECT_EQ(again.header("ETag"), tag);
    EXPECT_EQ(again.header("Content-Type"), std::nullopt);
    EXPECT_EQ(client.get("/").header("If-None-Match", "*").send().status(), 304);
    EXPECT_EQ(client.get("/").header("If-None-Match", "\"other\"").send().body(), "content");
    EXPECT_EQ(client.head("/").header("If-None-Match", tag).send().status(), 304);
    EXPECT_EQ(client.head("/").send().header("ETag"), tag);
    EXPECT_EQ(client.get("/").header("If-Match", tag).send().status(), 200);
    EXPECT_EQ(client.get("/").header("If-Match", "\"other\"").send().status(), 412);
}

TEST(Etag, LooksOnlyAtWholeContentThatMayBeKept) {
    Server server;
    server.use(etag());
    const auto with = [](std::string name, std::string value, int status) {
        return [=](Context ctx) {
            ctx.set_response_status_code(status).set_response_header(name, value).set_response_body("content");
        };
    };
    server.route("/own", get(with("ETag", "\"mine\"", 200)));
    server.route("/no-store", get(with("Cache-Control", "no-store", 200)));
    server.route("/created", get(with("X", "1", 201)));
    server.route("/posted", post(with("X", "1", 200)));
    server.route("/nothing", get([](Context) {}));
    server.route("/streamed", get([](Context ctx) -> Task<> { co_await ctx.send_body("piece"); }));
    TestClient client(server);
    EXPECT_EQ(client.get("/own").send().header("ETag"), "\"mine\"");
    EXPECT_EQ(client.get("/own").header("If-None-Match", "\"mine\"").send().status(), 304);
    EXPECT_EQ(client.get("/no-store").send().header("ETag"), std::nullopt);
    EXPECT_EQ(client.get("/created").send().header("ETag"), std::nullopt);
    EXPECT_EQ(client.post("/posted").send().header("ETag"), std::nullopt);
    EXPECT_EQ(client.get("/nothing").send().header("ETag"), std::nullopt);
    EXPECT_EQ(client.get("/streamed").send().header("ETag"), std::nullopt);
    EXPECT_EQ(client.get("/none").send().header("ETag"), std::nullopt);
}

TEST(Etag, TellsContentsApart) {
    std::set<std::string> tags;
    std::size_t made = 0;
    for (std::size_t length = 0; length < 70; ++length) {
        for (std::size_t at = 0; at < std::max<std::size_t>(1, length); ++at) {
            std::string text(length, 'a');
            if (length > 0) text[at] = 'b';
            tags.insert(web::make_etag(text));
            ++made;
        }
        tags.insert(web::make_etag(std::string(length + 1, '\0')));
        ++made;
    }
    EXPECT_EQ(tags.size(), made);
    EXPECT_EQ(web::make_etag("x").size(), 34u);
    EXPECT_EQ(web::make_etag("x"), web::make_etag("x"));
}

}  // namespace
}  // namespace hyperlane
