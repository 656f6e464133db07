#include <hyperlane/web/dispatcher.hpp>
#include "document_fixture.hpp"

namespace hyperlane::testing {

namespace {

Value document_of(const Server& server, const OpenApiOptions& options = {}) {
    return web::openapi_document(server.route_group(), options);
}

std::string ok() { return "ok"; }
void untyped(Context) {}

}  // namespace

TEST(OpenApi, DescribesItself) {
    const Value document = document_of(Server(), {.title = "To-dos", .version = "1.2.0", .description = "What to do"});
    expect_json(document["openapi"], R"("3.1.0")");
    expect_json(document["info"], R"({"title":"To-dos","version":"1.2.0","description":"What to do"})");
    expect_json(document["servers"], R"([{"url":"/"}])");
    expect_json(document["security"], "[]");
    expect_json(document["paths"], "{}");
}

TEST(OpenApi, SecurityIsNamed) {
    const Value document = document_of(Server(), {.security = ApiSecurity::bearer});
    expect_json(document["security"], R"([{"bearer":[]}])");
    expect_json(document["components"]["securitySchemes"], R"({"bearer":{"type":"http","scheme":"bearer"}})");
}

TEST(OpenApi, PathsAreReadableAndRegexesBecomePatterns) {
    Server server;
    server.route("/users/{id:^\\d+$}", get(ok));
    server.route("/notes/{name}.{kind:txt|md}", get(ok));
    server.route("/files/{*path}", get(ok));
    server.route("/a%20b/%7Bx%7D", get(ok));
    const Value document = document_of(server);
    ASSERT_EQ(document["paths"].size(), 4u);
    expect_json(at(document, "/paths/~1users~1{id}/get/parameters"),
                R"([{"name":"id","in":"path","required":true,"schema":{"type":"string","pattern":"^\\d+$"}}])");
    expect_json(at(document, "/paths/~1notes~1{name}.{kind}/get/parameters/1/schema"),
                R"x({"type":"string","pattern":"^(?:txt|md)$"})x");
    expect_json(at(document, "/paths/~1files~1{path}/get/parameters/0/schema"), R"({"type":"string"})");
    EXPECT_FALSE(at(document, "/paths/~1a%20b~1%7Bx%7D/get").is_null());
}

TEST(OpenApi, PathsThatOpenApiTakesForOneShareAnEntry) {
    Server server;
    server.route("/users/{id}", get([](Path<int, "id">) { return std::string(); }));
    server.route("/users/{name}", post([](Path<int, "name">) { return std::string(); }));
    server.route("/users/{id:\\d+}", get(ok));
    const Value document = document_of(server);
    EXPECT_EQ(document["paths"].size(), 1u);
    const Value& path = at(document, "/paths/~1users~1{id}");
    expect_json(path["post"]["parameters"],
                R"([{"name":"id","in":"path","required":true,"schema":{"type":"integer","format":"int32"}}])");
    expect_json(path["get"]["description"], R"("`/users/{id:\\d+}` is answered by a route of its own")");
}

TEST(OpenApi, IdsAreUniqueReadableAndStable) {
    Server server;
    server.group("/api/v1", [](Routes& api) {
        api.route("/users/{id}/orders", get(ok));
        api.route("/", get(ok));
        api.route("", get(ok));
        api.route("/mine", get(ok).document({.operation_id = "get_users"}));
        api.route("/users", get(ok));
    });
    server.route("/", get(ok));
    const Value document = document_of(server);
    const auto id = [&](std::string_view path) { return at(document["paths"], path)["get"]["operationId"]; };
    EXPECT_EQ(id("/~1api~1v1~1users~1{id}~1orders"), Value("get_api_v1_users_by_id_orders"));
    EXPECT_EQ(id("/~1api~1v1~1"), Value("get_api_v1"));
    EXPECT_EQ(id("/~1api~1v1"), Value("get_api_v1_2"));
    EXPECT_EQ(id("/~1api~1v1~1mine"), Value("get_users"));
    EXPECT_EQ(id("/~1"), Value("get_root"));
    expect_json(at(document, "/paths/~1api~1v1~1users/get/tags"), R"(["users"])");
    EXPECT_EQ(document, document_of(server));
}

TEST(OpenApi, WhatAllPathsBeginWithIsNoTag) {
    Server server;
    server.group("/shop/v1", [](Routes& api) {
        api.route("/users/{id}", get(ok)).route("/orders", get(ok)).route("/orders/", post(ok));
    });
    server.route("/", get(ok).document({.hidden = true}));
    expect_json(document_of(server)["tags"], R"([{"name":"users"},{"name":"orders"}])");
    server.route("/shop", get(ok));
    expect_json(document_of(server)["tags"], R"([{"name":"shop"}])");
}

TEST(OpenApi, SummariesSayWhatAnOperationDoes) {
    Server server;
    server.group("/api/users", [](Routes& users) {
        users.route("", get([] { return std::vector<std::string>(); }));
        users.route("", post([]() -> Status<201, std::string> { return {"made"}; }));
        users.route("/{id}", get(ok)).route("/{id}", patch(ok)).route("/{id}", del(ok)).route("/{id}", put(ok));
        users.route("/{id}/open-orders", get(ok)).route("/{id}/open-orders", post(ok));
    });
    const Value document = document_of(server);
    const auto summary = [&](std::string_view path, std::string_view method) {
        return at(document["paths"], path)[method]["summary"];
    };
    EXPECT_EQ(summary("/~1api~1users", "get"), Value("List users"));
    EXPECT_EQ(summary("/~1api~1users", "post"), Value("Add to users"));
    EXPECT_EQ(summary("/~1api~1users~1{id}", "get"), Value("Get users by id"));
    EXPECT_EQ(summary("/~1api~1users~1{id}", "patch"), Value("Change users by id"));
    EXPECT_EQ(summary("/~1api~1users~1{id}", "delete"), Value("Delete users by id"));
    EXPECT_EQ(summary("/~1api~1users~1{id}", "put"), Value("Replace users by id"));
    EXPECT_EQ(summary("/~1api~1users~1{id}~1open-orders", "get"), Value("Get open orders of users by id"));
    EXPECT_EQ(summary("/~1api~1users~1{id}~1open-orders", "post"), Value("Post to open orders of users by id"));
}

TEST(OpenApi, ParametersComeFromArguments) {
    Server server;
    server.route("/{shop}/{id}", get([](Path<openapi_a::Color>, Path<std::string>, Query<openapi_types::Filter>,
                                        HeaderValue<"X-Trace", std::optional<int>>, HeaderValue<"Accept">,
                                        CookieValue<"session">) { return std::string(); }));
    const Value document = document_of(server);
    const Value& parameters = at(document, "/paths/~1{shop}~1{id}/get/parameters");
    expect_json(parameters,
                R"([{"name":"shop","in":"path","required":true,"schema":{"$ref":"#/components/schemas/Color"}},
                    {"name":"id","in":"path","required":true,"schema":{"type":"string"}},
                    {"name":"limit","in":"query","schema":{"type":"integer","format":"int32","maximum":100}},
                    {"name":"color","in":"query",
                     "schema":{"type":"array","items":{"$ref":"#/components/schemas/Color"}}},
                    {"name":"text","in":"query","required":true,"schema":{"type":"string"}},
                    {"name":"X-Trace","in":"header","schema":{"type":"integer","format":"int32"}},
                    {"name":"session","in":"cookie","required":true,"schema":{"type":"string"}}])");
}

TEST(OpenApi, BodiesAndResponsesComeFromTypes) {
    Server server;
    server.route("/users", post([](Json<openapi_a::User>) { return Status<201, openapi_b::User>(); }));
    server.route("/users/{id}", get([](Path<int>) { return std::optional<openapi_a::User>(); }));
    server.route("/form", post([](Form<openapi_types::Filter>) {}));
    server.route("/text", put([](BodyText) { return std::string(); }));
    const Value document = document_of(server);
    const Value& create = at(document, "/paths/~1users/post");
    expect_json(create["requestBody"],
                R"({"content":{"application/json":{"schema":{"$ref":"#/components/schemas/User"}}},"required":true})");
    expect_json(create["responses"]["201"], R"({"description":"Created","content":{"application/json":)"
                                            R"({"schema":{"$ref":"#/components/schemas/User_2"}}}})");
    for (const char* status : {"400", "413", "415", "422", "default"}) {
        expect_json(create["responses"][status]["content"],
                    R"({"application/problem+json":{"schema":{"$ref":"#/components/schemas/ProblemDetails"}},)"
                    R"("text/plain":{"schema":{"type":"string"}}})");
    }
    const Value& show = at(document, "/paths/~1users~1{id}/get/responses");
    expect_json(show["404"]["description"], R"("Not Found")");
    EXPECT_FALSE(show["200"].is_null());
    EXPECT_TRUE(show["415"].is_null());
    const Value& form = at(document, "/paths/~1form/post");
    EXPECT_FALSE(form["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"].is_null());
    expect_json(form["responses"]["204"], R"({"description":"No Content"})");
    const Value& text = at(document, "/paths/~1text/put");
    expect_json(text["requestBody"], R"({"content":{"text/plain":{"schema":{"type":"string"}}}})");
    expect_json(text["responses"]["200"]["content"], R"({"text/plain":{"schema":{"type":"string"}}})");
}

TEST(OpenApi, TypesOfOneNameGetASuffix) {
    Server server;
    server.route("/a", get([] { return openapi_a::User(); }));
    server.route("/b", get([] { return openapi_b::User(); }));
    server.route("/c", get([] { return openapi_a::User(); }));
    const Value schemas = document_of(server)["components"]["schemas"];
    EXPECT_FALSE(schemas["User"]["properties"]["id"].is_null());
    EXPECT_FALSE(schemas["User_2"]["properties"]["name"].is_null());
    EXPECT_TRUE(schemas["User_3"].is_null());
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
    Server server;
    server.route("/kinds", post([](Json<openapi_types::Kinds>) { return openapi_types::Drawing(); }));
    server.route("/node", post([](Json<openapi_types::Ruled>) { return json::Value(); }));
    const Value document = document_of(server);
    const std::string text = to_json(document).value();
    std::size_t count = 0;
    for (std::size_t from = 0; (from = text.find(R"("$ref":"#)", from)) != std::string::npos; ++count) {
        from += 9;
        const std::string pointer = text.substr(from, text.find('"', from) - from);
        EXPECT_NE(document.at_pointer(pointer), nullptr) << pointer;
    }
    EXPECT_GT(count, 8u);
}

TEST(OpenApi, AHandlerOfAContextHasItsPathOnly) {
    Server server;
    server.route("/raw/{id}", untyped);
    const Value document = document_of(server);
    const Value& path = at(document, "/paths/~1raw~1{id}");
    EXPECT_EQ(path.size(), 5u) << "the methods that APIs are made of";
    expect_json(path["get"]["parameters"][0]["name"], R"("id")");
    EXPECT_EQ(path["get"]["responses"].size(), 1u);
    EXPECT_TRUE(path["get"]["requestBody"].is_null());
}

TEST(OpenApi, ARouteWithAMethodComesBeforeOneForAll) {
    Server server;
    server.route("/", ok);
    server.route("/", get([] { return openapi_a::User(); }));
    const Value document = document_of(server);
    const Value& path = at(document, "/paths/~1");
    EXPECT_FALSE(path["get"]["responses"]["200"]["content"]["application/json"].is_null());
    EXPECT_FALSE(path["post"]["responses"]["200"]["content"]["text/plain"].is_null());
    EXPECT_EQ(path["get"].find("description"), nullptr);
}

TEST(OpenApi, RoutesSayWhatTypesCannot) {
    Server server;
    server.route("/users", get(ok).document({.operation_id = "list_users",
                                             .summary = "All users",
                                             .description = "Sorted by name.",
                                             .tags = {"people"},
                                             .deprecated = true}));
    server.route("/secret", get(ok).document({.hidden = true}));
    const Value document = document_of(server);
    const Value& users = at(document, "/paths/~1users/get");
    expect_json(users["operationId"], R"("list_users")");
    expect_json(users["summary"], R"("All users")");
    expect_json(users["description"], R"("Sorted by name.")");
    expect_json(users["tags"], R"(["people"])");
    expect_json(users["deprecated"], "true");
    expect_json(document["tags"], R"([{"name":"people"}])");
    EXPECT_EQ(document["paths"].size(), 1u);
}

TEST(OpenApiServer, ServesTheDocumentAndInDevelopmentThePage) {
    for (const bool development : {false, true}) {
        Server server;
        server.development(development).openapi({.title = "</script><b>&"});
        server.route("/users/{id}", get([](Path<int>) { return openapi_a::User(); }));
        TestClient client(server);
        const auto document = client.get("/openapi.json").send();
        EXPECT_EQ(document.status(), 200);
        EXPECT_EQ(document.header("Content-Type"), "application/json");
        const Value value = parsed(document.body());
        EXPECT_EQ(value["info"]["title"], Value("</script><b>&"));
        EXPECT_EQ(value["paths"].size(), 1u) << "not of its own routes";
        const auto page = client.get("/docs").send();
        EXPECT_EQ(page.status(), development ? 200 : 404);
        if (!development) continue;
        EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
        EXPECT_TRUE(contains(page.body(), "<title>&lt;/script&gt;&lt;b&gt;&amp;</title>"));
        EXPECT_TRUE(contains(page.body(), R"("title": "\u003c/script>\u003cb>&")"));
        EXPECT_FALSE(contains(page.body(), "src=")) << "nothing is fetched from elsewhere";
        EXPECT_TRUE(contains(page.header("Content-Security-Policy").value_or(""), "default-src 'none'"));
    }
}

TEST(OpenApiServer, ThePageIsOptIn) {
    const auto status_of = [](DocsPage docs, bool development) {
        Server server;
        server.openapi({.document_path = "/api.json", .docs_path = "/api", .docs = docs}).development(development);
        TestClient client(server);
        EXPECT_EQ(client.get("/api.json").send().status(), 200);
        return client.get("/api").send().status();
    };
    EXPECT_EQ(status_of(DocsPage::always, false), 200);
    EXPECT_EQ(status_of(DocsPage::never, true), 404);
}

TEST(OpenApiServer, ARouteInItsPlaceKeepsTheServerFromStarting) {
    Server server;
    server.route("/openapi.json", get(ok)).openapi({});
    const auto app = server.make_dispatcher();
    ASSERT_FALSE(app);
    EXPECT_TRUE(contains(app.error().message, "document_test.cpp")) << app.error().message;
}

TEST(OpenApiServer, ATitleThatIsNotUtf8KeepsTheServerFromStarting) {
    Server server;
    server.openapi({.title = "\xff"});
    const auto app = server.make_dispatcher();
    ASSERT_FALSE(app);
    EXPECT_TRUE(app.error().message.starts_with("openapi: ")) << app.error().message;
}

}  // namespace hyperlane::testing
