#include <hyperlane/typed.hpp>
#include "web/support.hpp"

#include <chrono>

namespace typed_extract {

enum class Order : int { ascending, descending };

struct Page {
    int page = 1;
    std::optional<Order> order;
    std::vector<int> id;
    bool all = false;
    std::string name;
};
struct Strict {
    int a = 0;
};
struct Place {
    std::string city;
    int number = 0;
};
struct Item {
    int count = 0;
};
struct Users {
    std::vector<std::string> names;
};
struct CurrentUser {
    std::string name;
};
struct Visitor {
    int number = 0;
};

}  // namespace typed_extract

template <>
inline constexpr auto hyperlane::json::options<typed_extract::Page> = hyperlane::json::Type<typed_extract::Page>()
                                                                          .with_defaults()
                                                                          .min<&typed_extract::Page::page>(1)
                                                                          .length<&typed_extract::Page::name>(0, 3);
template <>
inline constexpr auto hyperlane::json::options<typed_extract::Strict> =
    hyperlane::json::Type<typed_extract::Strict>().refuse_unknown_members();
template <>
inline constexpr auto hyperlane::json::options<typed_extract::Place> =
    hyperlane::json::Type<typed_extract::Place>().max<&typed_extract::Place::number>(99);

template <>
struct hyperlane::Extract<typed_extract::CurrentUser> {
    static typed_extract::CurrentUser from(Context ctx) {
        const auto name = ctx.get_request_header("X-User");
        if (!name) throw HttpError(401, "who are you?");
        return {std::string(*name)};
    }
    static void describe(web::Operation& operation) { operation.add_error(401); }
};
template <>
struct hyperlane::Extract<typed_extract::Visitor> {
    static Result<typed_extract::Visitor> from(const Context& ctx) {
        if (ctx.get_request_header("X-User")) return typed_extract::Visitor{7};
        return fail(403, "no visitors");
    }
};

namespace hyperlane {
namespace {

using namespace testing;
using namespace typed_extract;

void note(Context ctx, const HttpError& error) {
    std::string text = error.code();
    for (const Violation& each : error.violations()) text += "\n" + each.in + " " + each.pointer + ": " + each.message;
    ctx.set_response_body(error.violations().empty() ? error.message() : text);
}

/// Answers requests to one pattern.
template <typename F>
struct One {
    One(std::string_view pattern, F handler) : client(made(pattern, handler)) {}
    static const Server& made(std::string_view pattern, F handler) {
        static std::unique_ptr<Server> server;
        server = std::make_unique<Server>();
        server->on_error(note);
        server->route(pattern, Route(std::move(handler)));
        return *server;
    }
    std::string get(std::string_view target) {
        const auto response = client.get(target).send();
        return std::to_string(response.status()) + " " + response.body();
    }
    TestClient client;
};

TEST(Extract, PathByPosition) {
    One one("/{city}/{number}",
            [](Path<std::string> city, Path<std::uint8_t> number) { return *city + "-" + std::to_string(number); });
    EXPECT_EQ(one.get("/Z%C3%BCrich/7"), "200 Z\xC3\xBCrich-7");
    EXPECT_EQ(one.get("/a/256"), "400 invalid_parameter\npath number: must be an integer from 0 to 255");
    EXPECT_EQ(one.get("/a/x"), "400 invalid_parameter\npath number: must be an integer");
    EXPECT_EQ(one.get("/%FF/1"), "400 invalid_parameter\npath city: must be UTF-8");
}

TEST(Extract, PathByName) {
    One one("/{city}/{number}", [](Path<int, "number"> number, Path<std::string_view, "city"> city,
                                   Path<std::optional<int>, "other"> other) {
        return std::string(*city) + std::to_string(number) + (other->has_value() ? "!" : "");
    });
    EXPECT_EQ(one.get("/b/7"), "200 b7");
}

TEST(Extract, PathAsAStruct) {
    One one("/{number}/{city}", [](Path<Place> place) { return place->city + std::to_string(place->number); });
    EXPECT_EQ(one.get("/7/b"), "200 b7");
    EXPECT_EQ(one.get("/100/b"), "400 invalid_parameter\npath number: must be at most 99");
}

TEST(Extract, QueryIntoAStruct) {
    One one("/", [](Query<Page> query) {
        const Page& page = *query;
        std::string text = std::to_string(page.page) + (page.all ? " all" : "") + " " + page.name;
        if (page.order) text += *page.order == Order::ascending ? " up" : " down";
        for (const int id : page.id) text += " " + std::to_string(id);
        return text;
    });
    EXPECT_EQ(one.get("/"), "200 1 ");
    EXPECT_EQ(one.get("/?page=2&all=true&order=descending&id=1&id=2&name=a%20b&other=x"), "200 2 all a b down 1 2");
    EXPECT_EQ(one.get("/?page=0"), "400 invalid_parameter\nquery page: must be at least 1");
    EXPECT_EQ(
        one.get("/?page=x&order=up&id=1&id=y&all=maybe&name=long"),
        "400 invalid_parameter\nquery page: must be an integer\nquery order: must be one of \"ascending\", "
        "\"descending\"\nquery id: must be an integer\nquery all: must be true or false\nquery name: must have at "
        "most 3 characters")
        << "everything at once";
    EXPECT_EQ(one.get("/?page=1&page=2"), "400 invalid_parameter\nquery page: must be given once only");
    EXPECT_EQ(one.get("/?name=%FF"), "400 invalid_parameter\nquery name: must be UTF-8");
}

TEST(Extract, QueryRefusesUnknownParametersIfAsked) {
    One one("/", [](Query<Strict> query) { return std::to_string(query->a); });
    EXPECT_EQ(one.get("/?a=1"), "200 1");
    EXPECT_EQ(one.get("/"), "400 invalid_parameter\nquery a: is missing");
    EXPECT_EQ(one.get("/?b=1&a=1"), "400 invalid_parameter\nquery b: is not known here");
}

TEST(Extract, ARepeatedParameterHasALimit) {
    One one("/", [](Query<Page> query) { return std::to_string(query->id.size()); });
    std::string target = "/?id=1";
    for (int i = 1; i < 1000; ++i) target += "&id=1";
    EXPECT_EQ(one.get(target), "200 1000");
    EXPECT_EQ(one.get(target + "&id=1"), "400 invalid_parameter\nquery id: is repeated too often");
}

TEST(Extract, HeadersAndCookies) {
    One one("/", [](HeaderValue<"x-count", int> count, CookieValue<"theme", std::optional<std::string>> theme,
                    const HeaderValue<"Host">& host) {
        return std::to_string(count) + theme->value_or("-") + std::string(*host);
    });
    EXPECT_EQ(one.client.get("/").header("X-Count", "3").cookie("theme", "dark").send().body(), "3darklocalhost");
    EXPECT_EQ(one.client.get("/").header("X-Count", "3").send().body(), "3-localhost");
    EXPECT_EQ(one.get("/"), "400 invalid_parameter\nheader x-count: is missing");
    EXPECT_EQ(one.client.get("/").header("X-Count", "many").send().body(),
              "invalid_parameter\nheader x-count: must be an integer");
}

TEST(Extract, AnEmptyFieldOrCookieIsAsGoodAsAbsentUnlessItIsAText) {
    One one("/", [](HeaderValue<"X-Count", std::optional<int>> count, CookieValue<"n", std::optional<int>> n,
                    HeaderValue<"X-Name", std::optional<std::string>> name) {
        return std::to_string(count->value_or(-1)) + " " + std::to_string(n->value_or(-1)) + " " +
               (name->has_value() ? "named" : "unnamed");
    });
    EXPECT_EQ(one.client.get("/").header("X-Count", "").cookie("n", "").header("X-Name", "").send().body(),
              "-1 -1 named");
    EXPECT_EQ(one.get("/"), "200 -1 -1 unnamed");
    One other("/", [](HeaderValue<"X-Count", int> count) { return std::to_string(count); });
    EXPECT_EQ(other.client.get("/").header("X-Count", "").send().body(),
              "invalid_parameter\nheader X-Count: is missing");
    One tail("/{rest:^.*$}", [](Path<std::optional<int>> rest) { return rest->has_value() ? "some" : "none"; });
    EXPECT_EQ(tail.get("/"), "200 none");
    EXPECT_EQ(tail.get("/5"), "200 some");
}

TEST(Extract, BodyAsText) {
    One one("/", [](BodyText body) { return std::string(*body) + "!"; });
    EXPECT_EQ(one.client.post("/").body("hello").send().body(), "hello!");
}

TEST(Extract, JsonBodies) {
    One one("/{id}", [](Path<int> id, Json<std::vector<Item>> items, Context ctx) {
        ctx.set_response_header("X-Id", std::to_string(id));
        int sum = 0;
        for (const Item& item : *items) sum += item.count;
        return std::to_string(sum);
    });
    const auto response = one.client.post("/5").json(R"([{"count":3},{"count":4}])").send();
    EXPECT_EQ(response.body(), "7");
    EXPECT_EQ(response.header("X-Id"), "5");
    EXPECT_EQ(one.client.post("/5").json("[{}]").send().status(), 422);
    EXPECT_EQ(one.client.post("/5").body("[]").send().status(), 415);
    EXPECT_EQ(one.client.post("/x").json("[").send().body(), "invalid_parameter\npath id: must be an integer")
        << "from left to right";
}

TEST(Extract, StateOfTheApplication) {
    Server server;
    server.data(Users{{"Ada"}});
    server.route("/", [](Data<Users> users) { return users->names.at(0); });
    TestClient client(server);
    EXPECT_EQ(client.get("/").send().body(), "Ada");
}

TEST(Extract, TypesOfYourOwn) {
    One one("/", [](CurrentUser user, const Visitor& visitor) { return user.name + std::to_string(visitor.number); });
    EXPECT_EQ(one.get("/"), "401 who are you?");
    EXPECT_EQ(one.client.get("/").header("X-User", "Ada").send().body(), "Ada7");
    One other("/", [](Visitor) { return "in"; });
    EXPECT_EQ(other.get("/"), "403 no visitors");
}

TEST(Extract, IntoCoroutines) {
    One one("/{id}", [](Path<std::string> id, Query<Page> page, Context ctx) -> Task<std::string> {
        co_await sleep(1ms);
        ctx.set_response_header("X-Late", "1");
        co_return *id + std::to_string(page->page);
    });
    EXPECT_EQ(one.get("/abc?page=4"), "200 abc4");
    EXPECT_EQ(one.get("/abc?page=x"), "400 invalid_parameter\nquery page: must be an integer");
}

TEST(Extract, IntoMiddlewareThatLetsPass) {
    Server server;
    server.on_error(note);
    server.request_middleware([](HeaderValue<"X-Key"> key) {
        if (*key != "secret") throw HttpError(403, "no");
    });
    server.request_middleware([](CookieValue<"c", std::optional<int>>, Context) -> Task<> { co_await yield(); });
    server.route("/", [] { return "in"; });
    server.route("/nothing", [](Context, HeaderValue<"X-Key">) {});
    TestClient client(server);
    EXPECT_EQ(client.get("/").header("X-Key", "secret").send().body(), "in");
    EXPECT_EQ(client.get("/").header("X-Key", "guess").send().status(), 403);
    EXPECT_EQ(client.get("/").send().status(), 400);
    EXPECT_EQ(client.get("/nothing").header("X-Key", "secret").send().status(), 204);
}

std::string start_error(const Server& server) {
    try {
        const TestClient client(server);
        return "started";
    } catch (const TestClientError& error) {
        return error.what();
    }
}

TEST(Extract, WhatARouteDoesNotGiveStopsTheServer) {
    Server server;
    server.route("/{a}/{b}", get([](Path<int>) { return "x"; }));
    server.group("/api/{version}", [](Routes& api) { api.route("/users", get([](Path<int, "id">) { return "x"; })); });
    server.route("/place/{city}", get([](Path<Place>) { return "x"; }));
    server.route("/state", get([](Data<Users>) { return "x"; }));
    server.route("/fixed", get([](Path<int>, Path<int>) { return "x"; }));
    const std::string error = start_error(server);
    for (const char* part :
         {"route \"/{a}/{b}\" at ", "extract_test.cpp:",
          "the handler takes 1 path parameter by position (Path<T>), but the pattern has 2: {a}, {b}",
          "route \"/api/{version}/users\" at ",
          "the handler takes the path parameter \"id\", but the pattern has only {version}",
          "the handler takes the path parameter \"number\", but the pattern has only {city}",
          "the handler takes Data<typed_extract::Users>, but there is no application state of that type",
          "the handler takes 2 path parameters by position (Path<T>), but the pattern has none"}) {
        EXPECT_TRUE(contains(error, part)) << part << "\n" << error;
    }
}

TEST(Extract, DescribesWhatItTakes) {
    const Route route = post([](Path<int>, Query<Page>, HeaderValue<"X-A", std::optional<int>>, Json<Item>,
                                CurrentUser) { return Status<201, Item>{}; });
    const web::Operation* operation = route.handler().operation();
    ASSERT_NE(operation, nullptr);
    ASSERT_EQ(operation->parameters.size(), 7u);
    const auto& path = operation->parameters[0];
    EXPECT_EQ(path.place, web::ParameterPlace::path);
    EXPECT_EQ(path.position, 0u);
    EXPECT_TRUE(path.required);
    EXPECT_EQ(path.type, &json::type_info<int>());
    const auto& page = operation->parameters[1];
    EXPECT_EQ(page.name, "page");
    EXPECT_FALSE(page.required);
    ASSERT_NE(page.object, nullptr);
    EXPECT_EQ(web::rules_of(*page.object, page.slot).size(), 1u);
    EXPECT_EQ(operation->parameters[6].name, "X-A");
    EXPECT_FALSE(operation->parameters[6].required);
    ASSERT_EQ(operation->bodies.size(), 1u);
    EXPECT_EQ(operation->bodies[0].type, &json::type_info<Item>());
    std::vector<int> statuses;
    for (const auto& response : operation->responses) statuses.push_back(response.status);
    EXPECT_EQ(statuses, (std::vector{400, 413, 415, 422, 401, 201}));
    EXPECT_EQ(get([](Context) {}).handler().operation(), nullptr);
}

}  // namespace
}  // namespace hyperlane
