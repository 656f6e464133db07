// A form with files: they go to the disk while they arrive, under names of our own.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

using namespace hyperlane;

constexpr auto page = static_text(R"(<!doctype html>
<title>Upload</title>
<form method="post" action="/upload" enctype="multipart/form-data">
<p><label>Title <input name="title"></label>
<p><input type="file" name="file" multiple>
<p><button>Send</button>
</form>
)");

void show_form(Context ctx) { ctx.set_response_header(header::content_type, mime::text_html).set_response_body(page); }

// [upload]
struct Saved {
    std::string name;
    std::uint64_t bytes = 0;
};

struct Upload {
    std::string title;
    std::vector<Saved> files;
};

// Never the name that the client says, which may be "../../etc/passwd".
std::string new_path() {
    static std::atomic<int> count{0};
    const auto name = "upload-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    return std::filesystem::temp_directory_path() / name;
}

Task<Result<Upload>> upload(Multipart form) {
    Upload result;
    while (auto part = co_await form.next()) {
        if (!part->is_file()) {
            if (part->name() == "title") result.title = co_await part->text();
            continue;
        }
        const std::string path = new_path();
        const Result<std::uint64_t> bytes = co_await part->save(path);
        if (!bytes) co_return std::unexpected(bytes.error());
        result.files.push_back({*part->file_name(), *bytes});
        std::filesystem::remove(path);  // this is only an example
    }
    co_return result;
}
// [/upload]

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.route("/", get(show_form));
    server.route("/upload", post(upload).body_limit(100 * 1024 * 1024));
    return server.run();
}
