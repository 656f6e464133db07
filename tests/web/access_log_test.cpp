#include <hyperlane/json/read.hpp>
#include <hyperlane/json/value.hpp>
#include "support.hpp"

namespace hyperlane {
namespace {

using namespace testing;

std::string line_for(AccessLog format, const std::string& target, const std::string& peer = "127.0.0.1:50000") {
    const LogCapture log;
    Server server;
    server.access_log(format);
    server.route("/users/{id}", [](Context ctx) { ctx.set_response_body("thirteen byte"); });
    TestClientOptions options;
    options.peer = peer;
    TestClient client(server, options);
    client.get(target).send();
    const auto lines = log.lines(LogLevel::info);
    EXPECT_EQ(lines.size(), 1u);
    return lines.empty() ? "" : lines.front();
}

TEST(AccessLog, IsOffUnlessItIsAskedFor) {
    const LogCapture log;
    answer_of([](Context) {});
    EXPECT_TRUE(log.lines(LogLevel::info).empty());
}

TEST(AccessLog, WritesOneReadableLine) {
    const std::string line = line_for(AccessLog::text, "/users/42?x=1");
    EXPECT_TRUE(contains(line, "Z 127.0.0.1:50000 \"GET /users/42?x=1 HTTP/1.1\" 200 13 ")) << line;
    EXPECT_TRUE(contains(line, "ms id=")) << line;
    EXPECT_FALSE(contains(line, "client-gone")) << line;
}

TEST(AccessLog, WritesOneJsonObject) {
    const std::string line = line_for(AccessLog::json, "/users/42");
    const auto value = from_json<json::Value>(line);
    ASSERT_TRUE(value) << line;
    EXPECT_TRUE(contains(line, R"("peer":"127.0.0.1:50000","method":"GET","target":"/users/42","version":"HTTP/1.1")"))
        << line;
    EXPECT_TRUE(contains(line, R"("route":"/users/{id}","status":200,"bytes":13,)")) << line;
    EXPECT_TRUE(contains(line, R"("client_gone":false,"request_id":")")) << line;
}

TEST(AccessLog, StaysValidWhateverAClientSends) {
    // A client may bind its Unix socket to any name, and paths may hold any visible byte.
    for (const char* peer : {"unix:/tmp/\"quote\"", "unix:/tmp/new\nline", "unix:/tmp/\x01\xff\\"}) {
        for (const AccessLog format : {AccessLog::text, AccessLog::json}) {
            const std::string line = line_for(format, "/none?\"quoted\"", peer);
            EXPECT_EQ(line.find('\n'), std::string::npos) << line;
            if (format == AccessLog::json) {
                EXPECT_TRUE(from_json<json::Value>(line)) << line;
            }
        }
    }
}

TEST(AccessLog, NotesClientsThatWentAway) {
    const LogCapture log;
    Server server;
    server.access_log(AccessLog::text);
    server.route("/", [](Context) -> Task<> { co_await sleep(1h); });
    TestClient client(server);
    auto pending = client.get("/").start();
    EXPECT_TRUE(log.lines(LogLevel::info).empty());
    pending.disconnect();
    ASSERT_EQ(log.lines(LogLevel::info).size(), 1u);
    EXPECT_TRUE(contains(log.lines(LogLevel::info)[0], "127.0.0.1:50000 \"GET / HTTP/1.1\""));
    EXPECT_TRUE(log.lines(LogLevel::info)[0].ends_with(" client-gone"));
}

TEST(AccessLog, MeasuresTheTimeARequestTook) {
    const LogCapture log;
    Server server;
    server.access_log(AccessLog::text);
    server.route("/", [](Context) -> Task<> { co_await sleep(1500ms); });
    TestClient client(server);
    client.get("/").send();
    EXPECT_TRUE(contains(log.lines(LogLevel::info).at(0), " 1500.000ms ")) << log.lines(LogLevel::info).at(0);
}

}  // namespace
}  // namespace hyperlane
