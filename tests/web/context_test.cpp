#include "support.hpp"

#include <memory>
#include <set>

namespace hyperlane {
namespace {

using namespace testing;

std::string text_of(std::optional<std::string_view> value) { return std::string(value.value_or("(none)")); }

TEST(ContextRequest, TellsTheRequestLine) {
    Server server;
    server.route("/a/{rest:^.*$}", [](Context ctx) {
        std::string text;
        text.append(ctx.get_request_method_token()).append(" ").append(ctx.get_request_path()).append(" ");
        text.append(ctx.get_request_target()).append(" ").append(ctx.get_request_query()).append(" ");
        text.append(ctx.get_request_version()).append(" ").append(ctx.get_request_host()).append(" ");
        text.append(ctx.get_route_pattern()).append(ctx.get_request_method() == Method::OTHER ? " other" : " known");
        ctx.set_response_body(std::move(text));
    });
    TestClient client(server);
    EXPECT_EQ(client.post("/a/b%20c?x=1").header("Host", "example.org:81").send().body(),
              "POST /a/b%20c /a/b%20c?x=1 x=1 HTTP/1.1 example.org:81 /a/{rest:^.*$} known");
    EXPECT_EQ(client.request("BREW", "/a/pot").http_1_0().send().body(),
              "BREW /a/pot /a/pot  HTTP/1.0 localhost /a/{rest:^.*$} other");
}

TEST(ContextRequest, TellsBothAddresses) {
    Server server;
    server.route("/", [](Context ctx) {
        ctx.set_response_body(ctx.get_peer_address().to_string() + " " + ctx.get_local_address().to_string());
    });
    TestClientOptions options;
    options.peer = "[::1]:1234";
    TestClient client(server, options);
    EXPECT_EQ(client.get("/").send().body(), "[::1]:1234 127.0.0.1:80");
}

TEST(ContextRequest, HasAnIdOfItsOwn) {
    std::set<std::string> ids;
    Server server;
    server.route("/", [&ids](Context ctx) {
        EXPECT_EQ(ctx.get_request_id(), ctx.get_request_id());
        ids.emplace(ctx.get_request_id());
    });
    TestClient client(server);
    for (int i = 0; i < 500; ++i) client.get("/").send();
    EXPECT_EQ(ids.size(), 500u);
    for (const std::string& id : ids) {
        EXPECT_EQ(id.size(), 16u);
        EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
    }
}

TEST(ContextRequest, MeasuresTheTimeSinceItsHead) {
    Server server;
    server.route("/", [](Context ctx) -> Task<> {
        co_await sleep(250ms);
        EXPECT_EQ(ctx.get_elapsed(), 250ms);
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().status(), 200);
}

TEST(ContextRequest, FindsFieldsInAnyCaseAndAllOfAName) {
    Server server;
    server.route("/", [](Context ctx) {
        EXPECT_EQ(ctx.get_request_header("x-LIST"), "a");
        EXPECT_EQ(ctx.get_request_header("X-None"), std::nullopt);
        EXPECT_EQ(ctx.get_request_headers("x-list"), (std::vector<std::string_view>{"a", "b"}));
        std::string all;
        for (const auto [name, value] : ctx.get_request_headers())
            all.append(name).append("=").append(value).append(";");
        EXPECT_EQ(ctx.get_request_headers().size(), 4u);
        ctx.set_response_body(std::move(all));
    });
    TestClient client(server);
    const auto response = client.get("/").header("X-List", "a").header("Y", "").header("x-list", "b").send();
    EXPECT_EQ(response.body(), "Host=localhost;X-List=a;Y=;x-list=b;");
}

TEST(ContextRequest, DecodesTheQuery) {
    Server server;
    server.route("/", [](Context ctx) {
        std::string all = text_of(ctx.get_request_query("a")) + "," + text_of(ctx.get_request_query("b")) + "," +
                          text_of(ctx.get_request_query("c")) + "," + text_of(ctx.get_request_query("none")) + ";";
        for (const auto& [name, value] : ctx.get_request_queries())
            all.append(name).append("=").append(value).append(";");
        ctx.set_response_body(std::move(all));
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/?a=1+2%2B&b&c=&a=second").send().body(), "1 2+,,,(none);a=1 2+;b=;c=;a=second;");
    EXPECT_EQ(client.get("/").send().body(), "(none),(none),(none),(none);");
}

TEST(ContextRequest, ReadsCookiesOfAllCookieFields) {
    Server server;
    server.route("/", [](Context ctx) {
        std::string all = text_of(ctx.get_request_cookie("b")) + "," + text_of(ctx.get_request_cookie("d")) + "," +
                          text_of(ctx.get_request_cookie("none")) + ";";
        for (const auto& cookie : ctx.get_request_cookies())
            all.append(cookie.name).append("=").append(cookie.value).append(";");
        ctx.set_response_body(std::move(all));
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").header("Cookie", "a=1; b=2").header("Cookie", "d=4").send().body(),
              "2,4,(none);a=1;b=2;d=4;");
}

TEST(ContextRequest, GivesTheBodyAndItsTrailers) {
    Server server;
    server.route("/", post([](Context ctx) {
                     ctx.set_response_body(std::string(ctx.get_request_body()) + "|" +
                                           text_of(ctx.get_request_trailer("x-sum")) + "|" +
                                           text_of(ctx.get_request_trailer("X-None")));
                 }));
    TestClient client(server);
    EXPECT_EQ(client.post("/").chunk("ab").chunk("cd").trailer("X-Sum", "4").send().body(), "abcd|4|(none)");
    EXPECT_EQ(client.post("/").body(std::string("a\0b", 3)).send().body(), std::string("a\0b|(none)|(none)", 17));
    EXPECT_EQ(client.post("/").send().body(), "|(none)|(none)");
}

TEST(ContextRequest, DecodesRouteParameters) {
    Server server;
    server.route("/users/{id}/{name}", [](Context ctx) {
        ctx.set_response_body(text_of(ctx.get_route_param("id")) + "," + text_of(ctx.get_route_param("name")) + "," +
                              text_of(ctx.get_route_param("none")));
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/users/42/a%2Fb%20c").send().body(), "42,a/b c,(none)");
}

template <typename T>
TestResponse param_as(std::string_view path) {
    Server server;
    server.route("/{value}", [](Context ctx) {
        const T value = ctx.get_route_param<T>("value");
        if constexpr (std::same_as<T, std::string>) {
            ctx.set_response_body(value);
        } else {
            ctx.set_response_body(std::to_string(value));
        }
    });
    TestClient client(server);
    return client.get(path).send();
}

TEST(ContextRequest, ConvertsRouteParameters) {
    EXPECT_EQ(param_as<int>("/-42").body(), "-42");
    EXPECT_EQ(param_as<std::int8_t>("/-128").body(), "-128");
    EXPECT_EQ(param_as<std::uint64_t>("/18446744073709551615").body(), "18446744073709551615");
    EXPECT_EQ(param_as<bool>("/true").body(), "1");
    EXPECT_EQ(param_as<bool>("/0").body(), "0");
    EXPECT_EQ(param_as<double>("/2.5").body(), "2.500000");
    EXPECT_EQ(param_as<std::string>("/text").body(), "text");
}

TEST(ContextRequest, RefusesParametersThatDoNotConvertAndNamesThem) {
    const auto refused = [](const TestResponse& response, std::string_view wanted) {
        EXPECT_EQ(response.status(), 400);
        EXPECT_TRUE(contains(response.body(), "\"value\"")) << response.body();
        EXPECT_TRUE(contains(response.body(), wanted)) << response.body();
    };
    refused(param_as<int>("/abc"), "an integer, got \"abc\"");
    refused(param_as<int>("/1x"), "an integer");
    refused(param_as<int>("/99999999999999999999"), "an integer");
    refused(param_as<std::int8_t>("/128"), "from -128 to 127");
    refused(param_as<unsigned>("/-1"), "not negative");
    refused(param_as<std::uint8_t>("/256"), "from 0 to 255");
    refused(param_as<bool>("/yes"), "true or false");
    refused(param_as<double>("/1,5"), "a number");
}

TEST(ContextRequest, AsksForAParameterThatTheRouteHasNotIsABug) {
    const LogCapture log;
    EXPECT_EQ(answer_of([](Context ctx) { (void)ctx.get_route_param<int>("id"); }).status(), 500);
    EXPECT_TRUE(contains(log.error(), "has no parameter \"id\"")) << log.error();
}

TEST(ContextAttributes, PassFromMiddlewareToHandlerByNameAndType) {
    Server server;
    server.request_middleware([](Context ctx) {
        ctx.set_attribute("user", std::string("alice"))
            .set_attribute("user", 7)
            .set_attribute("owned", std::make_unique<int>(3));
    });
    server.route("/", [](Context ctx) {
        ASSERT_NE(ctx.get_attribute<std::string>("user"), nullptr);
        EXPECT_EQ(*ctx.get_attribute<std::string>("user"), "alice");
        EXPECT_EQ(*ctx.get_attribute<int>("user"), 7);
        EXPECT_EQ(**ctx.get_attribute<std::unique_ptr<int>>("owned"), 3);
        EXPECT_EQ(ctx.get_attribute<int>("other"), nullptr);
        EXPECT_EQ(ctx.get_attribute<double>("user"), nullptr);
        ctx.set_attribute("user", 8);
        EXPECT_EQ(*ctx.get_attribute<int>("user"), 8);
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().status(), 200);
}

TEST(ContextAttributes, AreDestroyedWithTheRequestAndDoNotSurviveIt) {
    const auto token = std::make_shared<int>(1);
    Server server;
    server.route("/set", [token](Context ctx) { ctx.set_attribute("token", token); });
    server.route("/look", [](Context ctx) {
        ctx.set_response_body(ctx.get_attribute<std::shared_ptr<int>>("token") == nullptr ? "clean" : "dirty");
    });
    TestClient client(server);
    const long before = token.use_count();
    for (int i = 0; i < 10; ++i) {
        client.get("/set").send();
        EXPECT_EQ(token.use_count(), before);
        EXPECT_EQ(client.get("/look").send().body(), "clean");
    }
    EXPECT_EQ(client.connections(), 1u);
}

TEST(ContextAttributes, LiveAsLongAsACopyOfTheContext) {
    const auto token = std::make_shared<int>(1);
    Server server;
    server.route("/", [token](Context ctx) {
        ctx.set_attribute("token", token);
        spawn(
            [](Context kept) -> Task<> {
                co_await sleep(1s);
                EXPECT_EQ(**kept.get_attribute<std::shared_ptr<int>>("token"), 1);
                EXPECT_EQ(kept.get_request_path(), "/");
            },
            ctx);
    });
    TestClient client(server);
    const long before = token.use_count();
    EXPECT_EQ(client.get("/").send().status(), 200);
    EXPECT_EQ(token.use_count(), before + 1);
    client.advance(1s);
    EXPECT_EQ(token.use_count(), before);
}

struct Database {
    int users = 3;
};

TEST(ContextData, IsWhatTheServerWasGiven) {
    Server server;
    server.data(Database{5}).data(Database{6}).data(std::string("name"));
    server.route("/", [](Context ctx) {
        EXPECT_EQ(ctx.get_data<Database>().users, 6);
        EXPECT_EQ(ctx.get_data<std::string>(), "name");
    });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().status(), 200);
}

TEST(ContextData, ThatWasNeverGivenIsABugAndTheLogNamesTheType) {
    const LogCapture log;
    const auto response = answer_of([](Context ctx) { ctx.get_data<Database>().users = 1; });
    EXPECT_EQ(response.status(), 500);
    EXPECT_FALSE(contains(response.body(), "Database"));
    EXPECT_TRUE(contains(log.error(), "Database")) << log.error();
}

TEST(Context, LeavesNothingToTheNextRequestOnItsConnection) {
    Server server;
    server.route("/busy", post([](Context ctx) {
                     ctx.set_response_status_code(201)
                         .set_response_reason("Made")
                         .set_response_header("X-A", "1")
                         .add_response_header("X-A", "2");
                     ctx.set_response_body(std::string(5000, 'b')).set_attribute("a", 1);
                 }));
    server.route("/plain", [](Context ctx) {
        EXPECT_EQ(ctx.get_request_body(), "");
        EXPECT_EQ(ctx.get_response_status_code(), 200);
        EXPECT_EQ(ctx.get_response_header("X-A"), std::nullopt);
        EXPECT_EQ(ctx.get_response_body(), "");
        EXPECT_EQ(ctx.get_request_trailer("X-T"), std::nullopt);
        EXPECT_EQ(ctx.get_attribute<int>("a"), nullptr);
    });
    TestClient client(server);
    const std::string fresh = client.get("/plain").send().reason();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client.post("/busy").chunk("body").trailer("X-T", "t").send().reason(), "Made");
        const auto plain = client.get("/plain").send();
        EXPECT_EQ(plain.reason(), fresh);
        EXPECT_EQ(plain.headers().size(), 2u) << "Content-Length and Date";
        EXPECT_EQ(plain.body(), "");
    }
    EXPECT_EQ(client.connections(), 1u);
}

}  // namespace
}  // namespace hyperlane
