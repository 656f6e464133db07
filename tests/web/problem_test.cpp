#include <hyperlane/middleware.hpp>
#include <hyperlane/typed.hpp>
#include <hyperlane/web/files/static_files.hpp>
#include "support.hpp"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace hyperlane::testing {

struct ReadItem {
    std::string in;
    std::string pointer;
    std::string detail;
};

struct ReadProblem {
    std::string type;
    std::string title;
    int status = 0;
    std::optional<std::string> detail;
    std::string instance;
    std::string code;
    std::string request_id;
    std::optional<std::vector<ReadItem>> errors;
};

struct Numbered {
    int number = 0;
};

}  // namespace hyperlane::testing

template <>
inline constexpr auto hyperlane::json::options<hyperlane::testing::Numbered> =
    hyperlane::json::Type<hyperlane::testing::Numbered>().min<&hyperlane::testing::Numbered::number>(1);

namespace hyperlane {
namespace {

using namespace testing;
using web::ErrorForm;

TEST(ErrorForms, FollowAccept) {
    using enum ErrorForm;
    const auto form = [](std::string_view accept) { return web::choose_error_form(accept); };
    EXPECT_EQ(form(""), text);
    EXPECT_EQ(form("*/*"), text) << "curl";
    EXPECT_EQ(form("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"), html) << "browsers";
    EXPECT_EQ(form("application/json"), json);
    EXPECT_EQ(form("application/problem+json"), json);
    EXPECT_EQ(form("application/vnd.api+json"), json);
    EXPECT_EQ(form("application/*"), json);
    EXPECT_EQ(form("application/json, text/plain, */*"), json) << "axios";
    EXPECT_EQ(form("application/json;q=0.5, text/html"), html);
    EXPECT_EQ(form("application/json, text/html"), json);
    EXPECT_EQ(form("text/html;q=0.4, text/plain;q=0.5"), text);
    EXPECT_EQ(form("application/json;q=0, */*"), text);
    EXPECT_EQ(form("text/*"), html) << "the better of the two";
    EXPECT_EQ(form("image/png"), text);
    EXPECT_EQ(form("nonsense, ;;, application/json;q=x"), text);
}

TEST(ErrorForms, AreThreeOfOneError) {
    Server server;
    server.route("/<b>", get([](Context) {
                     throw HttpError(422, "not <valid> & \"so\"")
                         .with_code("validation_failed")
                         .with_violations({{"body", "/age", "must be at least <1>"}, {"query", "page", "is missing"}});
                 }));
    TestClient client(server);
    const auto as = [&](std::string_view accept) { return client.get("/%3Cb%3E").header("Accept", accept).send(); };
    const auto json = as("application/json");
    EXPECT_EQ(json.status(), 422);
    EXPECT_EQ(json.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(json.header("Vary"), "Accept");
    const auto problem = from_json<ReadProblem>(json.body());
    ASSERT_TRUE(problem) << json.body();
    EXPECT_EQ(problem->type, "about:blank");
    EXPECT_EQ(problem->title, "Unprocessable Content");
    EXPECT_EQ(problem->status, 422);
    EXPECT_EQ(problem->detail, "not <valid> & \"so\"");
    EXPECT_EQ(problem->instance, "/%3Cb%3E");
    EXPECT_EQ(problem->code, "validation_failed");
    EXPECT_EQ(problem->request_id.size(), 16u);
    ASSERT_EQ(problem->errors.value().size(), 2u);
    EXPECT_EQ(problem->errors->front().pointer, "/age");
    EXPECT_EQ(problem->errors->back().in, "query");

    const auto html = as("text/html");
    EXPECT_EQ(html.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_TRUE(contains(html.body(), "<h1>422 Unprocessable Content</h1>")) << html.body();
    EXPECT_TRUE(contains(html.body(), "not &lt;valid&gt; &amp; &quot;so&quot;"));
    EXPECT_TRUE(contains(html.body(), "must be at least &lt;1&gt;"));
    EXPECT_FALSE(contains(html.body(), "<valid>"));
    EXPECT_FALSE(contains(html.body(), "<script"));

    const auto text = as("*/*");
    EXPECT_EQ(text.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(text.body(), "not <valid> & \"so\"\nbody at /age: must be at least <1>\nquery \"page\": is missing\n");
}

TEST(ErrorForms, AreUtf8WhateverIsPutIn) {
    Server server;
    server.route("/{id}",
                 get([](Context ctx) { throw HttpError(400, "no \xff" + ctx.get_route_param<std::string>("id")); }));
    TestClient client(server);
    const auto response = client.get("/%FF%C3%A9%ED%A0%80").header("Accept", "application/json").send();
    const auto problem = from_json<ReadProblem>(response.body());
    ASSERT_TRUE(problem) << response.body();
    EXPECT_EQ(problem->detail, "no \xEF\xBF\xBD\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ErrorForms, ShowWhatIsInsideInDevelopmentOnly) {
    for (const bool development : {false, true}) {
        const LogCapture log;
        Server server;
        server.development(development);
        server.route("/{kind}", get([](Context) { throw std::runtime_error("password is 123"); }));
        server.route("/returns", get([](Context) -> Result<> { return fail(ErrorCode::system, "password is 123"); }));
        TestClient client(server);
        for (const char* path : {"/throws", "/returns"}) {
            for (const char* accept : {"*/*", "text/html", "application/json"}) {
                const auto response = client.get(path).header("Accept", accept).send();
                EXPECT_EQ(response.status(), 500);
                EXPECT_EQ(contains(response.body(), "password"), development) << path << " " << accept;
                EXPECT_FALSE(!development && contains(response.body(), "{kind}"));
            }
        }
        EXPECT_EQ(log.errors().size(), 6u);
        if (!development) continue;
        EXPECT_EQ(client.get("/throws?x=1").send().body(),
                  "std::runtime_error: password is 123\nroute: /{kind}\nrequest: GET /throws?x=1\n");
        const auto page = client.get("/throws?a=%3Cb%3E&<c>").header("Accept", "text/html").send().body();
        EXPECT_TRUE(contains(page, "<li>request: GET /throws?a=%3Cb%3E&amp;&lt;c&gt;</li>")) << page;
    }
}

TEST(ErrorForms, SayEachThingOnce) {
    Server server;
    const auto wrong = [](int count) {
        std::vector<Violation> violations;
        for (int i = 0; i < count; ++i) violations.push_back({"query", "n" + std::to_string(i), "is missing"});
        return violations;
    };
    server.route("/{count}", get([wrong](Context ctx) {
                     throw HttpError(web::validation_error(422, wrong(ctx.get_route_param<int>("count"))));
                 }));
    server.route("/body", post([](Json<Numbered>) {}));
    TestClient client(server);
    for (const int count : {1, 2, 5, 7}) {
        std::string lines;
        for (int i = 0; i < count; ++i) lines += "query \"n" + std::to_string(i) + "\": is missing\n";
        EXPECT_EQ(client.get("/" + std::to_string(count)).send().body(), lines);
        const auto page = client.get("/" + std::to_string(count)).header("Accept", "text/html").send();
        for (int i = 0; i < count; ++i) {
            const std::string name = "&quot;n" + std::to_string(i) + "&quot;";
            const std::size_t first = page.body().find(name);
            ASSERT_NE(first, std::string::npos) << page.body();
            EXPECT_EQ(page.body().find(name, first + 1), std::string::npos) << page.body();
        }
    }
    const auto body = client.post("/body").json("{\"number\":0}").send().body();
    EXPECT_EQ(body, "body at /number: must be at least 1\n");
    const auto shape = client.post("/body").json("{\"number\":\"x\"}").send().body();
    EXPECT_EQ(std::ranges::count(shape, '\n'), 1) << shape;
}

TEST(ErrorForms, CanBeMadeByAHookThatChangesOnlySome) {
    Server server;
    server.on_error([](Context ctx, const HttpError& error) {
        if (error.status() != 404) return answer_problem(ctx, error);
        ctx.set_response_body("nobody home");
    });
    server.route("/", get([](Context) { throw HttpError(409, "taken"); }));
    TestClient client(server);
    EXPECT_EQ(client.get("/none").send().body(), "nobody home");
    EXPECT_EQ(client.get("/").send().body(), "taken\n");
    EXPECT_EQ(client.get("/").header("Accept", "application/json").send().header("Content-Type"),
              "application/problem+json");
}

struct Failure {
    std::string method;
    std::string path;
    int status;
    std::string code;
    TestResponse::Fields fields = {};
    std::string body = {};
};

const std::map<ErrorCode, int> returned_errors{{ErrorCode::bad_message, 500}, {ErrorCode::not_found, 500},
                                               {ErrorCode::too_large, 500},   {ErrorCode::system, 500},
                                               {ErrorCode::unavailable, 503}, {ErrorCode::timed_out, 504}};

// Everything that goes wrong here goes wrong inside the framework.
void add_failures(Server& server) {
    Limits limits;
    limits.body_bytes = 1000;
    server.limits(limits);
    server.use(decompress());
    const auto nothing = [](Context) {};
    server.route("/get", get(nothing)).route("/post", post(nothing)).route("/n/{id:\\d+}", get(nothing));
    server.route("/small", post(nothing).body_limit(10));
    server.route("/number/{n}", get([](Context ctx) { (void)ctx.get_route_param<std::uint8_t>("n"); }));
    server.route("/bool/{b}", get([](Context ctx) { (void)ctx.get_route_param<bool>("b"); }));
    server.route("/throws", get([](Context) { throw std::runtime_error("secret"); }));
    server.route("/throws/later", get([](Context) -> Task<> {
                     co_await sleep(1ms);
                     throw std::logic_error("secret");
                 }));
    server.route("/throws/int", get([](Context) { throw 42; }));
    server.route("/bad/header", get([](Context ctx) { ctx.set_response_header("X", "a\r\nb"); }));
    server.route("/bad/state", get([](Context ctx) { (void)ctx.get_data<Failure>(); }));
    server.route("/slow", get([](Context) -> Task<> { co_await sleep(1h); }));
    server.route("/slow/route", get([](Context) -> Task<> { co_await sleep(1h); }).use(timeout({.after = 1s})));
    server.route("/streamed", stream_body(post([](Context ctx) -> Task<Result<>> {
                     const auto piece = co_await ctx.read_request_body();
                     if (!piece) co_return std::unexpected(piece.error());
                     co_return fail(400, "not like this");
                 })));
    for (const int status : {400, 401, 403, 404, 409, 410, 412, 418, 422, 428, 451, 500, 501, 502, 503, 504}) {
        server.route("/status/" + std::to_string(status), get([status](Context) { throw HttpError(status); }));
    }
    server.route("/code", get([](Context) { throw HttpError(409, "sold").with_code("sold_out"); }));
    for (const auto& [code, status] : returned_errors) {
        server.route("/returns/" + std::string(name_of(code)),
                     get([code](Context) -> Result<> { return fail(code, "secret"); }));
    }
    server.route("/refuses", get([](Context) -> Result<> { return fail(403, "not yours"); }));
    server.route("/files/{path:^.*$}", get(static_files("examples")));
    server.route("/limited", get(nothing).use(rate_limit({.requests = 1, .window = 1h})));
    server.route("/csrf", post(nothing).use(csrf()));
    server.route("/basic", get(nothing).use(basic_auth({.users = {{"a", "b"}}})));
    server.route("/bearer", get(nothing).use(bearer_auth({.tokens = {"a"}})));
    server.route("/json", post([](Json<Numbered>) {}));
    server.route("/form", post([](Form<Numbered>) {}));
    server.route("/query", get([](Query<Numbered>) {}));
    server.route("/upload", post([](Multipart form) -> Task<> { (void)co_await form.next(); }));
    server.route("/etag", get([](Context ctx) { ctx.set_response_body("x"); }).use(etag()));
    server.route("/encoded", get([](Context ctx) { ctx.set_response_body(std::string(2000, 'x')); }).use(compress()));
}

std::vector<Failure> failures() {
    const std::string big(2000, 'x');
    std::vector<Failure> all{
        {"GET", "/none", 404, "not_found"},
        {"GET", "/", 404, "not_found"},
        {"GET", "/n/x", 404, "not_found"},
        {"POST", "/get", 405, "method_not_allowed"},
        {"DELETE", "/post", 405, "method_not_allowed"},
        {"FROB", "/get", 405, "method_not_allowed"},
        {"GET", "/%00", 400, "malformed_path"},
        {"POST", "/post", 413, "body_too_large", {}, big},
        {"POST", "/post", 413, "body_too_large", {{"Content-Encoding", "gzip"}}, http::encode(http::Coding::gzip, big)},
        {"POST", "/small", 413, "body_too_large", {}, "01234567890"},
        {"POST", "/post", 415, "unsupported_content_coding", {{"Content-Encoding", "compress"}}, "x"},
        {"POST", "/post", 400, "malformed_content", {{"Content-Encoding", "gzip"}}, "x"},
        {"GET", "/number/x", 400, "bad_request"},
        {"GET", "/number/256", 400, "bad_request"},
        {"GET", "/bool/yes", 400, "bad_request"},
        {"GET", "/throws", 500, "internal_error"},
        {"GET", "/throws/later", 500, "internal_error"},
        {"GET", "/throws/int", 500, "internal_error"},
        {"GET", "/bad/header", 500, "internal_error"},
        {"GET", "/bad/state", 500, "internal_error"},
        {"GET", "/slow", 503, "handler_timeout"},
        {"GET", "/slow/route", 503, "handler_timeout"},
        {"POST", "/streamed", 400, "bad_request", {}, "x"},
        {"GET", "/code", 409, "sold_out"},
        {"GET", "/refuses", 403, "forbidden"},
        {"GET", "/files/none", 404, "not_found"},
        {"GET", "/files/../hidden", 404, "not_found"},
        {"POST", "/files/hello.cpp", 405, "method_not_allowed"},
        {"GET", "/files/hello.cpp", 416, "range_not_satisfiable", {{"Range", "bytes=999999-"}}},
        {"GET", "/files/hello.cpp", 412, "precondition_failed", {{"If-Match", "\"other\""}}},
        {"GET", "/limited", 429, "too_many_requests"},
        {"POST", "/csrf", 403, "cross_origin_refused", {{"Sec-Fetch-Site", "cross-site"}}},
        {"GET", "/basic", 401, "unauthorized"},
        {"GET", "/bearer", 401, "unauthorized"},
        {"GET", "/etag", 412, "precondition_failed", {{"If-Match", "\"other\""}}},
        {"POST", "/json", 415, "unsupported_media_type", {}, "{}"},
        {"POST", "/json", 400, "malformed_json", {{"Content-Type", "application/json"}}, "{"},
        {"POST", "/json", 422, "validation_failed", {{"Content-Type", "application/json"}}, "{\"number\":0}"},
        {"POST", "/json", 422, "validation_failed", {{"Content-Type", "application/json"}}, "[]"},
        {"POST", "/form", 400, "malformed_form", {{"Content-Type", "application/x-www-form-urlencoded"}}, "number=%z"},
        {"POST",
         "/form",
         422,
         "validation_failed",
         {{"Content-Type", "application/x-www-form-urlencoded"}},
         "number=0"},
        {"GET", "/query", 400, "invalid_parameter"},
        {"POST", "/upload", 400, "malformed_multipart", {{"Content-Type", "multipart/form-data; boundary=b"}}, "x"},
        {"GET", "/encoded", 406, "not_acceptable", {{"Accept-Encoding", "identity;q=0"}}},
    };
    for (const auto& [status, code] : std::map<int, std::string>{{400, "bad_request"},
                                                                 {401, "unauthorized"},
                                                                 {403, "forbidden"},
                                                                 {404, "not_found"},
                                                                 {409, "conflict"},
                                                                 {410, "gone"},
                                                                 {412, "precondition_failed"},
                                                                 {418, "bad_request"},
                                                                 {422, "unprocessable_content"},
                                                                 {428, "precondition_required"},
                                                                 {451, "bad_request"},
                                                                 {500, "internal_error"},
                                                                 {501, "not_implemented"},
                                                                 {502, "bad_gateway"},
                                                                 {503, "service_unavailable"},
                                                                 {504, "gateway_timeout"}}) {
        all.push_back({"GET", "/status/" + std::to_string(status), status, code});
    }
    for (const auto& [code, status] : returned_errors) {
        all.push_back(
            {"GET", "/returns/" + std::string(name_of(code)), status, std::string(web::error_code_for(status))});
    }
    return all;
}

TEST(Problems, AreGivenForEveryFailureAndFoundInTheLogByTheirId) {
    Server server;
    add_failures(server);
    TestClient client(server);
    (void)client.get("/limited").send();
    set_log_level(LogLevel::debug);
    const auto all = failures();
    EXPECT_GE(all.size(), 40u);
    std::set<std::string> ids;
    for (const Failure& failure : all) {
        const LogCapture log;
        const std::string name = failure.method + " " + failure.path;
        auto request = client.request(failure.method, failure.path).header("Accept", "application/json");
        for (const auto& [field, value] : failure.fields) std::move(request).header(field, value);
        if (!failure.body.empty()) std::move(request).body(failure.body);
        const auto response = std::move(request).send();
        EXPECT_EQ(response.status(), failure.status) << name;
        EXPECT_EQ(response.header("Content-Type"), "application/problem+json") << name;
        const auto problem = from_json<ReadProblem>(response.body());
        ASSERT_TRUE(problem) << name << ": " << response.body();
        EXPECT_EQ(problem->status, failure.status) << name;
        EXPECT_EQ(problem->code, failure.code) << name;
        EXPECT_EQ(problem->instance, failure.path) << name;
        EXPECT_FALSE(problem->title.empty()) << name;
        EXPECT_FALSE(contains(response.body(), "secret\"")) << name;
        EXPECT_TRUE(ids.insert(problem->request_id).second) << name << ": the id is its own";
        std::size_t lines = 0;
        for (const LogLevel level : {LogLevel::debug, LogLevel::warn, LogLevel::error}) {
            for (const std::string& line : log.lines(level)) {
                if (contains(line, "[request " + problem->request_id + "]")) ++lines;
            }
        }
        EXPECT_EQ(lines, 1u) << name;
    }
    set_log_level(LogLevel::info);
}

TEST(ErrorCodes, AreAllInTheDocuments) {
    std::ifstream file("docs/errors.md");
    std::ostringstream page;
    page << file.rdbuf();
    ASSERT_FALSE(page.str().empty()) << "run from the root of the repository";
    std::istringstream lines(page.str());
    std::vector<std::string> documented;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("| `")) documented.push_back(line);
    }
    std::vector<std::string> known;
    for (const web::ErrorCodeInfo& info : web::error_codes()) {
        known.push_back("| `" + std::string(info.code) + "` | " + std::to_string(info.status) + " | " +
                        std::string(info.meaning) + " |");
    }
    EXPECT_EQ(documented, known);
}

TEST(ErrorCodes, AreUniqueAndByStatus) {
    std::set<std::string_view> seen;
    int before = 0;
    for (const web::ErrorCodeInfo& info : web::error_codes()) {
        EXPECT_TRUE(seen.insert(info.code).second) << info.code;
        EXPECT_GE(info.status, before) << info.code;
        before = info.status;
    }
    EXPECT_EQ(web::error_code_for(404), "not_found");
    EXPECT_EQ(web::error_code_for(499), "bad_request");
    EXPECT_EQ(web::error_code_for(599), "internal_error");
}

}  // namespace
}  // namespace hyperlane
