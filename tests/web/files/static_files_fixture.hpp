#pragma once

// The files that the tests of static files ask for.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/web/files/static_files.hpp>
#include <hyperlane/web/testing/test_client.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hyperlane {

namespace fs = std::filesystem;

inline constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz";

inline void write(const fs::path& path, std::string_view text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

inline std::string large_text() {
    std::string text;
    for (int i = 0; text.size() < 200'000; ++i) text += std::to_string(i) + ",";
    return text;
}

// Where the files are, also for plain functions.
struct StaticFilesRoot {
    static inline fs::path path;
};

// Files that are old enough to have tags, made once: nothing but real time makes a file older.
class StaticFilesTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        std::string name = (fs::temp_directory_path() / "static_files_XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        top = name;
        root = StaticFilesRoot::path = top / "public";
        write(top / "secret.txt", "secret");
        write(root / "a.txt", alphabet);
        write(root / "empty.css", "");
        write(root / "large.bin", large_text());
        write(root / "dir/index.html", "<p>index");
        write(root / "dir/b.txt", "b");
        write(root / "odd:name/index.html", "<p>odd");
        write(root / "bare/x.txt", "x");
        write(root / "index.html", "<p>root");
        write(root / "page.js", "plain");
        write(root / "page.js.br", "brotli");
        write(root / "page.js.zst", "zstandard");
        write(root / "page.js.gz", "gz");
        write(root / "one.css", "plain");
        write(root / "one.css.gz", "gz");
        write(root / ".hidden", "hidden");
        write(root / ".git/config", "hidden");
        write(root / "dir/.env", "hidden");
        write(root / ".well-known/security.txt", "mail me");
        write(root / "space and \xc3\xa4.txt", "umlaut");
        write(root / "%2e%2e", "literal");
        write(root / "unreadable.txt", "unreadable");
        fs::permissions(root / "unreadable.txt", fs::perms::none);
        fs::create_symlink("a.txt", root / "link_inside");
        fs::create_symlink("dir", root / "link_dir");
        fs::create_symlink("../secret.txt", root / "link_outside");
        fs::create_symlink(top / "secret.txt", root / "link_absolute");
        fs::create_symlink("..", root / "link_up");
        fs::create_symlink("/proc/self/root", root / "link_magic");
        fs::create_symlink("loop", root / "loop");
        ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0600), 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    }

    static void TearDownTestSuite() { fs::remove_all(top); }

    void SetUp() override {
        server.route("/files/{path:^.*$}", get(static_files(root.string(), {.cache_control = "max-age=60"})));
        server.route("/dirs/{path:^.*$}",
                     get(static_files(root.string(), {.index = "index.html", .well_known = true})));
        server.route("/app/{path:^.*$}",
                     get(static_files(root.string(), {.index = "index.html", .fallback = "index.html"})));
        server.route("/plain/{path:^.*$}",
                     get(static_files(root.string(), {.precompressed = false, .symlinks = false})));
        server.route("/any/{path:^.*$}", static_files(root.string()));
        server.route("/home", get(static_files(root.string(), {.index = "index.html"})));
    }

    TestClient& client() {
        if (!client_) client_ = std::make_unique<TestClient>(server);
        return *client_;
    }

    TestResponse get_with(std::string_view target, std::string_view name, std::string_view value) {
        return client().get(target).header(name, value).send();
    }

    std::string etag(std::string_view target) {
        return std::string(client().get(target).send().header("ETag").value_or(""));
    }

    static inline fs::path top;
    static inline fs::path root;
    Server server;

private:
    std::unique_ptr<TestClient> client_;
};

}  // namespace hyperlane
