// Files from a directory: media type, ETag, conditional requests, ranges. Nothing outside of it can be reached.

#include <hyperlane/files.hpp>
#include <hyperlane/hyperlane.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

using namespace hyperlane;

namespace {

// A folder to serve that is there as long as the program runs.
class DemoFolder {
public:
    DemoFolder() : path_((std::filesystem::temp_directory_path() / "hyperlane-XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make the folder " + path_);
        std::ofstream(path_ + "/poem.txt")
            << "Roses are red,\nviolets are blue,\nranges are bytes,\nand this is, too.\n";
        std::ofstream(path_ + "/data.json") << R"({"served":"from a file"})";
    }
    DemoFolder(const DemoFolder&) = delete;
    DemoFolder& operator=(const DemoFolder&) = delete;
    ~DemoFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace

void mount_files(Routes& routes) {
    static const DemoFolder folder;
    routes.route("/{path:^.*$}", get(static_files(folder.path(), {.cache_control = "no-cache"})));
}
