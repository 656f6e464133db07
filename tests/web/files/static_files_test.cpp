#include "web/files/lookup.hpp"
#include "web/files/open_beneath.hpp"
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

using web::check_path;
using web::FileQuestion;
using web::FileSource;
using web::find_file;
using web::FormChoice;
using web::FoundFile;
using namespace std::chrono_literals;

TEST_F(StaticFilesTest, AFileHasTypeLengthTagAndDate) {
    const auto response = client().get("/files/a.txt").send();
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.body(), alphabet);
    EXPECT_EQ(response.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(response.header("Content-Length"), "26");
    EXPECT_EQ(response.header("Accept-Ranges"), "bytes");
    EXPECT_EQ(response.header("Cache-Control"), "max-age=60");
    EXPECT_EQ(response.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(response.header("Content-Encoding"), std::nullopt);
    const std::string tag(response.header("ETag").value_or(""));
    EXPECT_TRUE(tag.starts_with("\"") && tag.ends_with("\"")) << tag;
    EXPECT_TRUE(response.header("Last-Modified").has_value());
}

TEST_F(StaticFilesTest, ALargeFileArrivesWhole) {
    EXPECT_EQ(client().get("/files/large.bin").send().body(), large_text());
    EXPECT_EQ(client().get("/files/large.bin").send().header("Content-Type"), "application/octet-stream");
}

TEST_F(StaticFilesTest, AnEmptyFileIsAnEmptyBody) {
    const auto response = client().get("/files/empty.css").send();
    EXPECT_EQ(response.status(), 200);
    EXPECT_EQ(response.header("Content-Length"), "0");
    EXPECT_EQ(response.header("Content-Type"), "text/css; charset=utf-8");
    EXPECT_EQ(get_with("/files/empty.css", "Range", "bytes=0-0").status(), 416);
}

TEST_F(StaticFilesTest, HeadSaysWhatGetWouldSay_Rfc9110_9_3_2) {
    for (const char* target : {"/files/a.txt", "/files/large.bin", "/files/empty.css"}) {
        const auto got = client().get(target).send();
        const auto head = client().head(target).send();
        EXPECT_EQ(head.status(), 200);
        EXPECT_EQ(head.body(), "");
        for (const char* name : {"Content-Length", "Content-Type", "ETag", "Last-Modified", "Accept-Ranges", "Vary"}) {
            EXPECT_EQ(head.header(name), got.header(name)) << name;
        }
    }
}

TEST_F(StaticFilesTest, OtherMethodsAreNotAllowed) {
    EXPECT_EQ(client().post("/files/a.txt").send().status(), 405);
    const auto response = client().post("/any/a.txt").send();
    EXPECT_EQ(response.status(), 405);
    EXPECT_EQ(response.header("Allow"), "GET, HEAD");
}

TEST_F(StaticFilesTest, NamesAreDecodedOnce) {
    EXPECT_EQ(client().get("/files/space%20and%20%C3%A4.txt").send().body(), "umlaut");
    EXPECT_EQ(client().get("/files/dir%2Fb.txt").send().body(), "b");
    EXPECT_EQ(client().get("/files/%252e%252e").send().body(), "literal");
}

TEST_F(StaticFilesTest, NothingOutsideOrHiddenIsServed) {
    const std::vector<std::string> targets = {
        "/files/../secret.txt",
        "/files/..%2fsecret.txt",
        "/files/..%2Fsecret.txt",
        "/files/%2e%2e/secret.txt",
        "/files/%2E%2E/secret.txt",
        "/files/%2e%2e%2fsecret.txt",
        "/files/.%2e/secret.txt",
        "/files/%2e./secret.txt",
        "/files/dir/../../secret.txt",
        "/files/dir/%2e%2e/%2e%2e/secret.txt",
        "/files/dir/..",
        "/files/..",
        "/files/../",
        "/files/./a.txt",
        "/files/%2e/a.txt",
        "/files/dir/./b.txt",
        "/files/.../a.txt",
        "/files/..%5csecret.txt",
        "/files/%5c..%5csecret.txt",
        "/files/dir%5cb.txt",
        "/files/..%c0%afsecret.txt",
        "/files/%c0%ae%c0%ae/secret.txt",
        "/files/%252e%252e/secret.txt",
        "/files/%252e%252e%252fsecret.txt",
        "/files/..;/secret.txt",
        "/files/..%09/secret.txt",
        "/files/%20../secret.txt",
        "/files//a.txt",
        "/files///etc/passwd",
        "/files/%2fetc/passwd",
        "/files/%2f%2e%2e%2fetc/passwd",
        "/files/" + (top / "secret.txt").string(),
        "/files/dir//b.txt",
        "/files/a.txt/",
        "/files/a.txt/..",
        "/files/.hidden",
        "/files/%2ehidden",
        "/files/.git/config",
        "/files/dir/.env",
        "/files/.well-known/security.txt",
        "/files/link_outside",
        "/files/link_absolute",
        "/files/link_up/secret.txt",
        "/files/link_up/public/a.txt",
        "/files/link_magic/etc/passwd",
        "/files/loop",
        "/files/pipe",
        "/files/" + std::string(5000, 'a'),
        "/files/missing",
        "/files/",
        "/files/dir",
        "/files/dir/",
        "/plain/link_inside",
        "/plain/link_dir/b.txt",
    };
    const std::string missing = client().get("/files/missing").send().body();
    for (const std::string& target : targets) {
        const auto response = client().get(target).send();
        EXPECT_EQ(response.status(), 404) << target;
        EXPECT_EQ(response.body(), missing) << target;
        EXPECT_EQ(response.header("ETag"), std::nullopt) << target;
    }
    EXPECT_EQ(client().get("/files/a.txt%00.png").send().status(), 400);
    EXPECT_EQ(client().get("/files/%zz").send().status(), 400);
}

TEST_F(StaticFilesTest, WhatTheRouterWouldRefuseIsRefusedHereToo) {
    using std::string_view_literals::operator""sv;
    for (const std::string_view path :
         {"a\0b"sv, "..\\x"sv, ".."sv, "/a"sv, "a//b"sv, "a/../b"sv, "."sv, "a/."sv, "//"sv, "/"sv}) {
        EXPECT_FALSE(check_path(path, true).has_value()) << path;
    }
    EXPECT_EQ(check_path("a/b", false)->text, "a/b");
    EXPECT_TRUE(check_path("a/b/", false)->names_directory);
    EXPECT_EQ(check_path("a/b/", false)->text, "a/b");
    EXPECT_FALSE(check_path("a/.well-known/b", true).has_value());
}

TEST_F(StaticFilesTest, LinksBelowTheRootAreFollowedUnlessForbidden) {
    EXPECT_EQ(client().get("/files/link_inside").send().body(), alphabet);
    EXPECT_EQ(client().get("/files/link_dir/b.txt").send().body(), "b");
}

TEST_F(StaticFilesTest, WithoutTheKernelsHelpNoLinkIsFollowed) {
    const Descriptor directory = web::open_root(root.string());
    const auto reaches = [&](const char* path) { return static_cast<bool>(web::walk_below(directory.get(), path)); };
    EXPECT_TRUE(reaches("a.txt"));
    EXPECT_TRUE(reaches("dir/b.txt"));
    EXPECT_TRUE(reaches("dir"));
    for (const char* path :
         {"link_inside", "link_dir/b.txt", "link_outside", "link_up/secret.txt", "loop", "a.txt/b", "missing/b"}) {
        EXPECT_FALSE(reaches(path)) << path;
    }
}

TEST_F(StaticFilesTest, AnUnreadableFileIsNotThere) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    EXPECT_EQ(client().get("/files/unreadable.txt").send().status(), 404);
}

TEST_F(StaticFilesTest, WellKnownIsServedOnRequest) {
    EXPECT_EQ(client().get("/dirs/.well-known/security.txt").send().body(), "mail me");
    EXPECT_EQ(client().get("/dirs/.git/config").send().status(), 404);
}

TEST_F(StaticFilesTest, ADirectoryAnswersWithItsIndex) {
    const auto response = client().get("/dirs/dir/").send();
    EXPECT_EQ(response.body(), "<p>index");
    EXPECT_EQ(response.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(client().get("/dirs/").send().body(), "<p>root");
    EXPECT_EQ(client().get("/dirs/link_dir/").send().body(), "<p>index");
    EXPECT_EQ(client().get("/dirs/bare/").send().status(), 404);
}

TEST_F(StaticFilesTest, ADirectoryWithoutSlashIsRedirectedBelowItself) {
    const auto response = client().get("/dirs/dir?a=1&b=//evil.example").send();
    EXPECT_EQ(response.status(), 301);
    EXPECT_EQ(response.header("Location"), "./dir/?a=1&b=//evil.example");
    EXPECT_EQ(client().get("/dirs/odd:name").send().header("Location"), "./odd:name/");
    EXPECT_EQ(client().get("/dirs/odd%3Aname").send().header("Location"), "./odd%3Aname/");
    EXPECT_EQ(client().get("/home").send().header("Location"), "./home/");
    EXPECT_EQ(client().get("/dirs/bare").send().status(), 404) << "tells nobody that there is a directory";
}

TEST_F(StaticFilesTest, ARedirectNeverLeavesTheHost) {
    Server at_root;
    write(root / "evil.example/index.html", "<p>mine");
    at_root.route("/{path:^.*$}", get(static_files(root.string(), {.index = "index.html"})));
    TestClient client(at_root);
    EXPECT_EQ(client.get("/evil.example").send().header("Location"), "./evil.example/");
    for (const char* target : {"//evil.example", "/%2fevil.example", "/%5cevil.example", "//evil.example/%2e%2e"}) {
        EXPECT_EQ(client.get(target).send().status(), 404) << target;
    }
    fs::remove_all(root / "evil.example");
}

TEST_F(StaticFilesTest, PagesThatAreNotThereFallBack) {
    const auto page = client().get("/app/users/42").send();
    EXPECT_EQ(page.status(), 200);
    EXPECT_EQ(page.body(), "<p>root");
    EXPECT_EQ(client().get("/app/bare").send().body(), "<p>root");
    EXPECT_EQ(client().get("/app/main.js").send().status(), 404) << "an asset is no page";
    EXPECT_EQ(client().get("/app/.git").send().status(), 404);
    EXPECT_EQ(client().get("/app/a.txt").send().body(), alphabet);
}

TEST_F(StaticFilesTest, WhatHasJustChangedHasNoTag) {
    const FileSource source{.root_path = root.string(), .root = {}, .options = {}};
    FileQuestion asked;
    asked.path = "a.txt";
    asked.forms = FormChoice::plain();
    struct stat status{};
    ASSERT_EQ(::stat((root / "a.txt").c_str(), &status), 0);
    const auto changed = std::chrono::system_clock::time_point(std::chrono::seconds(status.st_ctim.tv_sec)) +
                         std::chrono::microseconds(status.st_ctim.tv_nsec / 1000);
    for (const auto age : {-10s, 0s}) {
        const auto found = find_file(source, asked, changed + age);
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(found->etag, "");
        EXPECT_FALSE(found->last_modified.has_value());
    }
    EXPECT_EQ(find_file(source, asked, changed + 999ms)->etag, "");
    EXPECT_NE(find_file(source, asked, changed + 1001ms)->etag, "");
}

TEST_F(StaticFilesTest, AFreshFileIsServedWithoutConditions) {
    write(root / "fresh.txt", "one");
    const auto response = client().get("/files/fresh.txt").send();
    EXPECT_EQ(response.body(), "one");
    EXPECT_EQ(response.header("ETag"), std::nullopt);
    EXPECT_EQ(response.header("Last-Modified"), std::nullopt);
    EXPECT_EQ(get_with("/files/fresh.txt", "If-Modified-Since", "Sun, 06 Nov 2044 08:49:37 GMT").status(), 200);
    fs::remove(root / "fresh.txt");
}

TEST_F(StaticFilesTest, ATagTellsEverythingApartThatMayDiffer) {
    const std::string tag = web::make_etag(255, 16, 1, 10, "");
    EXPECT_EQ(tag, "\"ff-10-1.a\"");
    EXPECT_NE(tag, web::make_etag(254, 16, 1, 10, ""));
    EXPECT_NE(tag, web::make_etag(255, 17, 1, 10, ""));
    EXPECT_NE(tag, web::make_etag(255, 16, 2, 10, ""));
    EXPECT_NE(tag, web::make_etag(255, 16, 1, 11, ""));
    EXPECT_EQ(web::make_etag(UINT64_MAX, UINT64_MAX, -1, -1, "gzip").size(), 4 * 16 + 3 + 2 + 5u);
}

TEST_F(StaticFilesTest, ARestoredTimeDoesNotHideAChange) {
    const auto path = root / "restored.txt";
    write(path, "one");
    const auto times = fs::last_write_time(path);
    struct stat before{};
    ASSERT_EQ(::stat(path.c_str(), &before), 0);
    struct stat after = before;
    while (after.st_ctim.tv_nsec == before.st_ctim.tv_nsec) {  // until the clock of the file system ticks
        write(path, "two");
        fs::last_write_time(path, times);
        ASSERT_EQ(::stat(path.c_str(), &after), 0);
    }
    ASSERT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    const auto tag = [](const struct stat& s) {
        return web::make_etag(s.st_ino, static_cast<std::uint64_t>(s.st_size), s.st_ctim.tv_sec, s.st_ctim.tv_nsec, "");
    };
    EXPECT_NE(tag(before), tag(after));
    fs::remove(path);
}

TEST_F(StaticFilesTest, FieldsThatAreSetAlreadyStay) {
    server.route("/own/{path:^.*$}",
                 get([files = static_files(root.string(), {.cache_control = "max-age=60"})](Context ctx) -> Task<> {
                     ctx.set_response_header("Cache-Control", "no-store");
                     ctx.set_response_header("Content-Type", "text/x-own");
                     ctx.set_response_header("ETag", "\"mine\"");
                     ctx.set_response_header("Vary", "Origin");
                     return files.serve(ctx, ctx.get_route_param<std::string>("path"));
                 }));
    const auto response = client().get("/own/a.txt").send();
    EXPECT_EQ(response.header("Cache-Control"), "no-store");
    EXPECT_EQ(response.header("Content-Type"), "text/x-own");
    EXPECT_EQ(response.header("ETag"), "\"mine\"");
    EXPECT_EQ(response.headers("Vary"), (std::vector<std::string>{"Origin", "Accept-Encoding"}));
    EXPECT_EQ(get_with("/own/a.txt", "If-None-Match", "\"mine\"").status(), 304);
    const auto parts = get_with("/own/a.txt", "Range", "bytes=0-1,5-6");
    EXPECT_NE(parts.body().find("Content-Type: text/x-own"), std::string::npos);
    EXPECT_TRUE(parts.header("Content-Type")->starts_with("multipart/byteranges"));
}

TEST_F(StaticFilesTest, AFileMayBeTheBodyOfAnotherStatus) {
    server.fallback([files = static_files(root.string())](Context ctx) {
        ctx.set_response_status_code(404);
        return files.serve(ctx, "dir/index.html");
    });
    const auto response = client().get("/nowhere").header("Range", "bytes=0-1").header("If-None-Match", "*").send();
    EXPECT_EQ(response.status(), 404);
    EXPECT_EQ(response.body(), "<p>index");
}

Task<> serve_named(Context ctx) {
    std::string directory =
        ctx.get_route_param<std::string>("root") == "good" ? StaticFilesRoot::path.string() : "/no/such/place";
    return serve_file(ctx, std::move(directory), ctx.get_route_param<std::string>("path"));
}

TEST_F(StaticFilesTest, ServeFileOpensItsRootAtEachCall) {
    server.route("/named/{root}/{path:^.*$}", get(serve_named));
    std::string logged;
    set_log_sink([&](LogLevel, std::string_view line) { logged += line; });
    EXPECT_EQ(client().get("/named/good/dir/b.txt").send().body(), "b");
    EXPECT_EQ(client().get("/named/good/%2e%2e/secret.txt").send().status(), 404);
    const auto failed = client().get("/named/bad/a.txt").send();
    set_log_sink({});
    EXPECT_EQ(failed.status(), 500);
    EXPECT_EQ(failed.body().find("no/such"), std::string::npos) << "paths of the server are not for clients";
    EXPECT_NE(logged.find("cannot open the directory \"/no/such/place\""), std::string::npos) << logged;
}

TEST_F(StaticFilesTest, AMissingRootIsToldBeforeTheServerRuns) {
    try {
        const auto files = static_files("no/such/place");
        FAIL() << "opened";
    } catch (const std::system_error& error) {
        EXPECT_EQ(error.code().value(), ENOENT);
        EXPECT_NE(std::string(error.what()).find("\"no/such/place\" (from /"), std::string::npos) << error.what();
    }
    EXPECT_THROW(static_cast<void>(static_files((root / "a.txt").string())), std::system_error) << "not a directory";
}

}  // namespace
}  // namespace hyperlane
